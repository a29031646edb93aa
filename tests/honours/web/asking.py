"""How the tests of the honours pages get, send and sign in."""

from django.urls import reverse


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def post(client, name, *args, **values):
    return client.post(reverse(name, args=args), values)


def sign_in(client, user):
    client.force_login(user)
    return client
