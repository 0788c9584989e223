"""Attachments of a case: the files, their sealed bytes, the receipts of their openings; walled like everything of a case."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import coordination.fields

CHILD = "portal_is_system() or portal_sees_case(incident_id)"
TABLES = ("incidents_attachment", "incidents_attachmentbytes", "incidents_attachmentopening")


class Migration(migrations.Migration):
    """Files of a case."""

    dependencies = [("incidents", "0006_grants_and_break_glass")]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('number', models.PositiveSmallIntegerField(help_text='Counts within the case: what people call it.')),
                ('kind', models.CharField(choices=[('jpg', 'Ảnh JPG'), ('png', 'Ảnh PNG'), ('webp', 'Ảnh WEBP'), ('pdf', 'PDF'), ('docx', 'Word (.docx)'), ('xlsx', 'Excel (.xlsx)')], max_length=4)),
                ('status', models.CharField(choices=[('checking', 'Đang kiểm tra'), ('clear', 'Đã kiểm tra'), ('unscanned', 'Không có bộ quét'), ('blocked', 'Bị chặn'), ('taken_down', 'Đã gỡ'), ('destroyed', 'Đã hủy')], default='checking', max_length=12)),
                ('name', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('size', models.PositiveIntegerField(help_text='Bytes of the copy that is handed out.')),
                ('stored', models.PositiveIntegerField(help_text='Bytes of everything that is kept of it.')),
                ('original_hash', models.CharField(max_length=64)),
                ('content_hash', models.CharField(max_length=64)),
                ('found', models.CharField(blank=True, help_text='What the scanner calls it.', max_length=120)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('verified_at', models.DateTimeField(blank=True, help_text='When somebody noted that what the picture shows was verified: from then on it is due for destruction.', null=True)),
                ('ended_at', models.DateTimeField(blank=True, help_text='When it was taken down.', null=True)),
                ('ended_reason', coordination.fields.EncryptedTextField(blank=True, default='')),
                ('destroyed_at', models.DateTimeField(blank=True, null=True)),
                ('body', models.ForeignKey(help_text='The body whose post sent it.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
            ],
        ),
        migrations.CreateModel(
            name='AttachmentBytes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('is_original', models.BooleanField()),
                ('content', models.BinaryField()),
                ('attachment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.attachment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
            ],
        ),
        migrations.CreateModel(
            name='AttachmentOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField()),
                ('purpose', models.CharField(choices=[('case', 'Giải quyết vụ việc'), ('child', 'Bảo vệ trẻ em'), ('family', 'Liên hệ gia đình'), ('court', 'Yêu cầu của cơ quan tố tụng'), ('emergency', 'Khẩn cấp'), ('inspection', 'Kiểm tra, thanh tra'), ('subject', 'Yêu cầu của người có dữ liệu, cha mẹ, người giám hộ'), ('audit', 'Soát xét việc truy cập')], max_length=12)),
                ('until', models.DateTimeField()),
                ('attachment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.attachment')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
            ],
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['body', 'at'], name='attachment_by_body_and_day'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(condition=models.Q(('kind__in', ('jpg', 'png', 'webp')), models.Q(('status', 'destroyed'), _negated=True)), fields=['at'], name='attachment_image_to_destroy'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('incident', 'number'), name='attachment_number_once_per_case'),
        ),
        migrations.AddConstraint(
            model_name='attachmentbytes',
            constraint=models.UniqueConstraint(fields=('attachment', 'is_original'), name='one_copy_one_original'),
        ),
        migrations.AddIndex(
            model_name='attachmentopening',
            index=models.Index(fields=['incident', 'by', 'until'], name='file_opening_by_reader'),
        ),
        *(migrations.RunSQL(f"call portal_wall('{table}', '{CHILD}')", f"call portal_unwall('{table}')") for table in TABLES),
    ]
