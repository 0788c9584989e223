"""Schools left out of a period, with the reason."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import coordination.fields


class Migration(migrations.Migration):
    """Schools left out of a period, with the reason."""

    dependencies = [("reports", "0003_issued_reports")]

    operations = [
        migrations.RemoveConstraint("return", "submitted_return_has_its_hour_and_its_hand"),
        migrations.AddField("return", "left_out_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("return", "left_out_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coordination.appointment")),
        migrations.AddField("return", "left_out_reason", coordination.fields.EncryptedTextField(blank=True, default="")),
        migrations.AlterField("return", "status", models.CharField(choices=[("open", "Chưa nộp"), ("submitted", "Đã nộp"), ("left_out", "Được miễn nộp")], default="open", max_length=12)),
        migrations.AddConstraint(
            "return",
            models.CheckConstraint(
                condition=Q(status__in=("open", "left_out"), submitted_at=None, submitted_by=None) | Q(status="submitted", submitted_at__isnull=False, submitted_by__isnull=False),
                name="submitted_return_has_its_hour_and_its_hand",
            ),
        ),
        migrations.AddConstraint(
            "return",
            models.CheckConstraint(
                condition=Q(left_out_at__isnull=False, left_out_by__isnull=False, status="left_out") | Q(~Q(status="left_out"), left_out_at=None, left_out_by=None),
                name="left_out_return_has_its_hour_and_its_hand",
            ),
        ),
    ]
