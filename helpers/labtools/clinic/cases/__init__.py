"""The cases: one module each, found by its name. How one is written stands in `labtools.clinic`.

Their names for the learner: bakery, brewery, cinema, florist, gallery, garage, library, market, museum, pharmacy,
theatre; airport, embassy, farm, harbour, hospital, hotel, lighthouse, observatory, stadium, station. All are taken.
"""
