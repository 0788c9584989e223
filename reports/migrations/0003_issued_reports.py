"""Number and date, clusters, the twin in columns."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """Number and date, clusters, the twin in columns."""

    dependencies = [("reports", "0002_row_level_security")]

    operations = [
        migrations.RemoveConstraint(
            model_name='report',
            name='ready_report_has_its_file',
        ),
        migrations.RemoveIndex(
            model_name='report',
            name='report_by_snapshot',
        ),
        migrations.AddField(
            model_name='report',
            name='issued_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='issued_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.appointment'),
        ),
        migrations.AddField(
            model_name='report',
            name='issued_hash',
            field=models.CharField(blank=True, help_text='The paper with its number and date, without the word DỰ THẢO.', max_length=64),
        ),
        migrations.AddField(
            model_name='report',
            name='issued_on',
            field=models.DateField(blank=True, help_text='The date on the paper.', null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='number',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='sheet_hash',
            field=models.CharField(blank=True, help_text='The same figures as a workbook; empty for papers older than workbooks.', max_length=64),
        ),
        migrations.AddField(
            model_name='report',
            name='signed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='signed_hash',
            field=models.CharField(blank=True, help_text="The file that came back from the body's own signing tool.", max_length=64),
        ),
        migrations.AddField(
            model_name='report',
            name='signing',
            field=models.CharField(blank=True, choices=[('head', 'Người đứng đầu ký'), ('deputy', 'Cấp phó ký thay (KT.)'), ('by_order', 'Ký thừa lệnh (TL.)')], max_length=12),
        ),
        migrations.AddField(
            model_name='report',
            name='supplements',
            field=models.ForeignKey(blank=True, help_text='The issued paper that this one corrects or completes.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.report'),
        ),
        migrations.AddField(
            model_name='report',
            name='symbol',
            field=models.CharField(blank=True, help_text='BC-SGDĐT.', max_length=30),
        ),
        migrations.AlterField(
            model_name='report',
            name='audience',
            field=models.CharField(choices=[('education', 'Bản gửi ngành Giáo dục'), ('police', 'Bản gửi Công an')], max_length=12),
        ),
        migrations.AlterField(
            model_name='report',
            name='status',
            field=models.CharField(choices=[('ordered', 'Đang tạo'), ('ready', 'Dự thảo'), ('numbered', 'Đã cấp số, đang in'), ('issued', 'Đã ban hành')], default='ordered', max_length=12),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('status', 'ordered'), _negated=True), fields=['snapshot_hash'], name='report_by_snapshot'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('pdf_hash', ''), ('snapshot_at', None), ('snapshot_hash', ''), ('status', 'ordered')), models.Q(models.Q(('status', 'ordered'), _negated=True), ('snapshot_at__isnull', False), models.Q(('pdf_hash', ''), _negated=True), models.Q(('snapshot_hash', ''), _negated=True)), _connector='OR'), name='ready_report_has_its_file'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('issued_at', None), ('issued_by', None), ('issued_on', None), ('number', None), ('signing', ''), ('status__in', ['ordered', 'ready']), ('symbol', '')), models.Q(('issued_at__isnull', False), ('issued_by__isnull', False), ('issued_on__isnull', False), ('number__gte', 1), ('status__in', ['numbered', 'issued']), models.Q(('symbol', ''), _negated=True), models.Q(('signing', ''), _negated=True)), _connector='OR'), name='issued_report_has_its_number'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'issued'), models.Q(('issued_hash', ''), _negated=True)), models.Q(models.Q(('status', 'issued'), _negated=True), ('issued_hash', ''), ('signed_hash', '')), _connector='OR'), name='issued_report_has_its_paper'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(models.F('issuer'), django.db.models.functions.datetime.ExtractYear('issued_on'), models.F('symbol'), models.F('number'), name='one_paper_per_number_and_year'),
        ),
    ]
