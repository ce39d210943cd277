"""A message to all who follow a notice: written, read once more as everyone will read it, sent."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from accounts.rules import Refused
from procurements import messaging
from procurements.message_forms import MessageForm
from procurements.models import Notice
from procurements.requests import notice_or_404
from ui.limiting import limited
from ui.pages import render_page


@limited("message")
def supplier_message_send(request: MemberRequest, slug: str) -> HttpResponse:
    """The form; with `then=read` the words as everyone will read them; with `then=send` they are sent."""
    notice = notice_or_404(Notice.objects.publishable_by(request.user).published(), slug)
    if not messaging.may_tell(notice):
        raise Http404
    assert notice.current_version is not None  # published
    start = {"number": messaging.next_number(notice), "language": notice.current_version.language}
    form = MessageForm(request.POST or None, initial=start)
    then = request.POST.get("then", "read")
    if form.is_valid() and then == "send":
        try:
            message = messaging.send(notice, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["number"] = start["number"]  # type: ignore[index]  # the page shows the colleague's message now
        else:
            messages.success(request, _("The message is public, and all who follow the notice are being told."))
            return redirect(f"{notice.get_absolute_url()}#message-{message.number}")
    is_preview = form.is_valid() and then == "read"
    context = {
        "notice": notice,
        "form": form,
        "preview": form.cleaned_data if is_preview else None,
        "sent": notice.supplier_messages.order_by("-number"),
    }
    return render_page(request, "procurements/supplier_message_send.html", context, status=422 if form.errors else 200)
