# The shop moved to Traefik's nginx provider, step by step: sh -eu order.sh HERE MANIFESTS SOLUTIONS, in `lab shell -n capstone`.
here=$1 manifests=$2 solutions=$3
. "$here/../awaited.sh"
shop=capstone.example.com

# 1. What the API refused, in today's form. Nginx serves it, and the names lead there.
kubectl apply -f "$solutions/18.1.yaml"
kubectl wait --for=condition=Available deployment/gift --timeout=60s

# 2. The new rules beside the old ones. Nobody is led there yet, so whatever is wrong costs nothing.
kubectl apply -f "$solutions/18.2.yaml"
awaited entry https://www.$shop/ web-svc
awaited entry https://basket.$shop/ basket-svc
awaited entry https://api.$shop/v1/plants api-
awaited entry https://admin.$shop/orders admin-svc --user
awaited entry http://help.$shop/ help-svc
awaited entry http://gift.$shop/ gift-svc

# 3. The names, one after the other: the smallest first, and back at once if something is wrong.
for host in gift help www basket admin api; do
    kubectl patch configmap dns --type merge -p "{\"data\":{\"$host.$shop\":\"entry\"}}"
done

# 4. The old answers of DNS have to be forgotten before anything of the old way goes.
sleep 5
kubectl delete ingress www basket api api-next internal admin help gift
kubectl delete -f "$manifests/controllers/nginx"
