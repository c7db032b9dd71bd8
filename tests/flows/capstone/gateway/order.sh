# The shop moved to the Gateway API, step by step: sh -eu order.sh HERE MANIFESTS, in `lab shell -n capstone`.
here=$1 manifests=$2
. "$here/../awaited.sh"
shop=capstone.example.com

# 1. The new controller beside the old one.
kubectl apply -f "$manifests/gateway/definitions"
kubectl wait --for=condition=Established crd --all --timeout=60s
kubectl apply -f "$manifests/gateway/controller"
kubectl wait -n gateway --for=condition=Available deployment/gateway --timeout=60s

# 2. The new rules. Nobody is led there yet, so whatever is wrong costs nothing.
kubectl apply -f "$here/gift.yaml" -f "$here/routes.yaml" -f "$here/kept.yaml"
kubectl wait --for=condition=Available deployment/gift --timeout=60s
awaited gateway.gateway https://www.$shop/ web-svc
awaited gateway.gateway https://api.$shop/v1/plants api-
awaited gateway.gateway http://help.$shop/ help-svc
awaited gateway.gateway http://gift.$shop/ gift-svc
awaited entry https://basket.$shop/ basket-svc
awaited entry https://admin.$shop/orders admin-svc --user

# 3. The names, one after the other.
for host in gift help www api; do
    kubectl patch configmap dns --type merge -p "{\"data\":{\"$host.$shop\":\"gateway.gateway\"}}"
done
for host in basket admin; do
    kubectl patch configmap dns --type merge -p "{\"data\":{\"$host.$shop\":\"entry\"}}"
done

# 4. The old answers of DNS have to be forgotten before anything of the old way goes.
sleep 5
kubectl delete ingress www basket api api-next internal admin
kubectl delete -f "$manifests/controllers/nginx"
