"""Addresses that go wrong on purpose, beside the product's own."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from interpol_strategy.urls import handler400, handler403, handler404, handler500
from interpol_strategy.urls import urlpatterns as product
from tests.infrastructure.faults import FAULTS

__all__ = ["handler400", "handler403", "handler404", "handler500"]


class Line(serializers.Serializer):
    value = serializers.IntegerField(max_value=5)


class Body(serializers.Serializer):
    title = serializers.CharField()
    lines = Line(many=True)


class Faulty(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    def get(self, request, fault):
        raise FAULTS[fault]

    def post(self, request, fault):
        body = Body(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(body.validated_data)


class Guarded(APIView):
    def get(self, request):
        return Response({})


@login_not_required
def faulty_page(request, fault):
    raise FAULTS[fault]


@login_not_required
def streamed(request):
    return StreamingHttpResponse(iter([b"a,b\n", b"1,2\n"]), content_type="text/csv")


def private_page(request):
    return HttpResponse("for signed-in eyes")


urlpatterns = [
    path("api/v1/test/faulty/<fault>/", Faulty.as_view()),
    path("api/v1/test/guarded/", Guarded.as_view()),
    path("test/faulty/<fault>/", faulty_page),
    path("test/streamed/", streamed),
    path("test/private/", private_page),
    *product,
]
