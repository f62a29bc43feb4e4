# Prints what scikit-learn says about the iris data, and writes iris.csv.
# Run once by hand: pip install scikit-learn==1.9.1 && python iris.py
import sklearn
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.metrics import silhouette_score

x = load_iris().data
with open("iris.csv", "w") as f:
    for row in x:
        print(*row, sep=",", file=f)

print("scikit-learn", sklearn.__version__)
for k in (1, 2, 3, 5):
    m = KMeans(n_clusters=k, n_init=1000, tol=0, random_state=1).fit(x)
    sizes = sorted((m.labels_ == c).sum().item() for c in range(k))[::-1]
    s = silhouette_score(x, m.labels_) if k > 1 else None
    print(k, repr(m.inertia_), sizes, s)
    print(" ", sorted(m.cluster_centers_.round(6).tolist()))
