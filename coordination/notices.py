"""Telling a post: a row in its bell now, an e-mail to its holders later through a job."""

from typing import Any

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from coordination import clocks, jobs
from coordination.models.notices import Notice, NoticeMail
from coordination.models.people import SYSTEM, Appointment, Post
from coordination.scope import beyond_the_reader, set_reader


def stored_words(about: Any) -> str:
    """A thing's code and kind in Vietnamese, whatever language the one who pressed reads: rows are for everybody."""
    with override(settings.LANGUAGE_CODE):
        return str(about.duty_words)[:160]


def tell(post: Post, kind: str, about: Any) -> Notice:
    """Put a notice into the post's bell and write the mail's job. `about` offers `duty_words` and `get_absolute_url()`."""
    with beyond_the_reader("a notice goes to another post"):
        notice = Notice.objects.create(
            post=post, body_id=post.organisation.body_id, kind=kind, about_words=stored_words(about), link=about.get_absolute_url(), happened_at=clocks.now()
        )
    jobs.add("mail_notice", notice.pk)
    return notice


def unread(actor: Any) -> Any:
    """The notices of the actor's post that nobody has opened."""
    return Notice.objects.visible_to(actor).filter(read_at=None)


@shared_task(name="mail_notice")
def mail_notice(job_id: int) -> None:
    """Mail one notice to everyone who holds its post today; harmless when delivered again."""
    with jobs.lease(job_id) as job:
        if job is None:
            return
        set_reader(SYSTEM)
        notice = Notice.objects.unscoped("the worker mails for every post").select_related("post").get(pk=job.target)
        for holder in Appointment.objects.held_on(clocks.today()).filter(post=notice.post).exclude(user__email="").select_related("user"):
            mail = NoticeMail.objects.get_or_create(notice=notice, user=holder.user)
            if mail[1]:
                send(holder.user.email, notice)


def send(address: str, notice: Notice) -> None:
    """The words of a mail: that there is something, its code, a link. Nothing else leaves the portal."""
    with override(settings.LANGUAGE_CODE):
        code = notice.about_words.split(" · ")[0]
        subject = _("Thông báo mới: %(code)s") % {"code": code}
        body = _("%(kind)s – %(code)s.\n\nXem trên hệ thống: %(link)s\n\nThư này không chứa nội dung vụ việc.") % {
            "kind": notice.get_kind_display(),
            "code": code,
            "link": settings.PORTAL_ORIGIN + notice.link,
        }
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [address])
