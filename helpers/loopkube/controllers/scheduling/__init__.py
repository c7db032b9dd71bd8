"""How the scheduler finds a node for a Pod. Here belong pure functions and the picture of the nodes they look at;
talking to the API is `loopkube.controllers.scheduling.scheduler`'s part.

Read in this order: nodes (what stands where), filters and neighbours (where a Pod can go), scores (where it
should go), verdict (what is said when it can go nowhere), queue (which Pod is next).
"""
