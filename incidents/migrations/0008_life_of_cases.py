"""What is said of a case after its end: when its proceedings ended, when its words were taken out."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The life of a case."""

    dependencies = [("incidents", "0007_attachments")]

    operations = [
        migrations.CreateModel(
            name='CaseLife',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proceedings_ended_on', models.DateField(blank=True, help_text='Entered by the police; empty: no proceedings, or not over.', null=True)),
                ('emptied_at', models.DateTimeField(blank=True, help_text='When names were destroyed and texts replaced.', null=True)),
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.incident')),
            ],
        ),
        migrations.AddConstraint(
            model_name='caselife',
            constraint=models.CheckConstraint(condition=models.Q(('proceedings_ended_on__isnull', False), ('emptied_at__isnull', False), _connector='OR'), name='case_life_says_something'),
        ),
        migrations.AlterField(
            model_name='referral',
            name='ground',
            field=models.CharField(choices=[('rule', 'Theo quy định đối với loại và mức độ vụ việc'), ('person', 'Nhà trường chuyển'), ('bypass', 'Đầu mối bảo vệ trẻ em của cấp quản lý chuyển'), ('forwarded', 'Đơn vị Công an khác chuyển đến'), ('call', 'Nhà trường gọi điện, trực ban ghi'), ('police', 'Công an thông báo')], max_length=12),
        ),
        migrations.RunSQL("call portal_wall('incidents_caselife', 'portal_is_system() or portal_sees_case(incident_id)')", "call portal_unwall('incidents_caselife')"),
    ]
