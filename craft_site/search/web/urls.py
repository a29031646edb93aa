from django.urls import path

from craft_site.search.web import views

urlpatterns = [
    path("", views.page, name="page"),
    path("suggest/", views.suggest, name="suggest"),
]
