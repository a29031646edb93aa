import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def layers_of_before(apps, schema_editor):
    """A decoding used to open all layers at once; each of them was opened then."""
    Decoding = apps.get_model("competitions", "Decoding")
    Code = apps.get_model("competitions", "Code")
    OpenedLayer = apps.get_model("competitions", "OpenedLayer")
    for decoding in Decoding.objects.filter(witnessed_by__isnull=False):
        drawn = set(Code.objects.filter(event=decoding.event_id).values_list("layer", flat=True))
        for layer in ("work", "station", "contestant"):
            if layer in drawn:
                opened = OpenedLayer.objects.create(
                    decoding=decoding,
                    layer=layer,
                    asked_by_id=decoding.asked_by_id,
                    witnessed_by_id=decoding.witnessed_by_id,
                )
                OpenedLayer.objects.filter(pk=opened.pk).update(at=decoding.witnessed_at)


def person():
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):

    dependencies = [
        ("competitions", "0006_handed_over"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenedLayer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "layer",
                    models.CharField(
                        choices=[
                            ("contestant", "Contestant number"),
                            ("station", "Station number"),
                            ("work", "Work number"),
                        ],
                        max_length=10,
                        verbose_name="layer",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("asked_by", person()),
                ("witnessed_by", person()),
                (
                    "decoding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opened",
                        to="competitions.decoding",
                    ),
                ),
            ],
            options={
                "verbose_name": "opened layer",
                "verbose_name_plural": "opened layers",
                "ordering": ("decoding_id", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("decoding", "layer"), name="layer_opened_once"),
                    models.CheckConstraint(
                        condition=models.Q(("witnessed_by", models.F("asked_by")), _negated=True),
                        name="layer_opened_by_two_people",
                    ),
                ],
            },
        ),
        migrations.RunPython(layers_of_before, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="decoding", name="decoding_by_two_people"),
        migrations.RemoveField(model_name="decoding", name="witnessed_at"),
        migrations.RemoveField(model_name="decoding", name="witnessed_by"),
    ]
