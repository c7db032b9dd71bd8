# [tell] the address in the status of the Ingresses
def tell():
    for ingress in objects["ingresses"].values():
        if ours(ingress):
            set_address(ingress, ADDRESS)


# [end]
