"""Drafts and interest are the team's alone (4.2); what others may not know is 404."""

from tests.access.cells import (
    ASKED_DOES,
    BUY_TOGETHER,
    BUYER_ADM,
    BUYER_EDITOR,
    EVERYONE,
    INSIDE,
    INSIDE_DOES,
    JOINT,
    LEADER,
    LEADER_DOES,
    MEMBER_ADM,
    NO_PERSON,
    NOBODY,
    OWN_ADM_DOES,
    OWN_ADMIN,
    PERSONS,
    SUP_EDITOR,
    TEAM,
    TEAM_AND_ASKED,
    TEAM_DOES,
    TEAM_TOLD,
)

ROWS: dict[tuple[str, str, str], str] = {
    ("procurements:notice_list", "GET", ""): EVERYONE,
    ("procurements:cpv_suggestions", "GET", ""): PERSONS,
    ("procurements:buyer_suggestions", "GET", ""): EVERYONE,
    ("procurements:network_notices", "GET", ""): EVERYONE,
    ("procurements:procurement_list", "GET", ""): PERSONS,
    ("procurements:notice_create", "GET", ""): PERSONS,
    # Whoever may not begin one reads why, and what to do.
    #                                             anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    (
        "procurements:notice_create",
        "POST",
        "",
    ): " log  200  200  200  200  200  302  302  302  302  302  200  200  200  200  log",
    ("procurements:notice_detail", "GET", "draft"): (
        "                                         404  404  404  404  404  404  302  302  404  404  404  404  404  404  404  404"
    ),
    ("procurements:notice_detail", "GET", "published"): EVERYONE,
    ("procurements:notice_detail", "GET", "closed"): EVERYONE,
    ("procurements:notice_version", "GET", "draft"): NOBODY,
    ("procurements:notice_version", "GET", "published"): EVERYONE,
    ("procurements:notice_version", "GET", "closed"): EVERYONE,
    ("procurements:notice_edit", "GET", "draft"): TEAM,
    ("procurements:notice_edit", "GET", "published"): TEAM,
    ("procurements:notice_edit", "GET", "closed"): TEAM,
    ("procurements:notice_edit", "POST", "draft"): TEAM_DOES,
    ("procurements:notice_edit", "POST", "published"): TEAM_DOES,
    ("procurements:notice_edit", "POST", "closed"): TEAM_DOES,
    ("procurements:notice_edit", "POST", "stale"): (
        "                                         log  404  404  404  404  404  409  409  404  404  404  404  404  404  404  log"
    ),
    ("procurements:notice_edit", "POST", "nonsense"): TEAM_TOLD,
    ("procurements:notice_autosave", "POST", "draft"): TEAM_DOES,  # without htmx: back to the step
    ("procurements:notice_autosave", "POST", "published"): TEAM_DOES,
    ("procurements:notice_autosave", "POST", "stale"): TEAM_DOES,  # what was typed is kept for its writer
    ("procurements:notice_copy", "GET", "draft"): NO_PERSON,
    ("procurements:notice_copy", "GET", "published"): PERSONS,
    ("procurements:notice_copy", "GET", "closed"): PERSONS,
    ("procurements:notice_copy", "POST", "draft"): NO_PERSON,
    # Whoever may not begin one reads why, and what to do.
    ("procurements:notice_copy", "POST", "published"): (
        "                                         log  200  200  200  200  200  302  302  302  302  302  200  200  200  200  log"
    ),
    ("procurements:notice_preview", "GET", "draft"): TEAM,
    ("procurements:notice_preview", "GET", "published"): TEAM,
    ("procurements:notice_preview", "GET", "closed"): TEAM,
    ("procurements:notice_publish", "GET", "draft"): TEAM,
    ("procurements:notice_publish", "GET", "published"): TEAM,
    ("procurements:notice_publish", "GET", "closed"): TEAM,
    ("procurements:notice_publish", "POST", "draft"): TEAM_DOES,
    ("procurements:notice_publish", "POST", "published"): TEAM_DOES,
    ("procurements:notice_publish", "POST", "closed"): TEAM_DOES,
    ("procurements:notice_go_on", "POST", "draft"): NO_PERSON,
    ("procurements:notice_go_on", "POST", "published"): TEAM_DOES,
    ("procurements:notice_go_on", "POST", "closed"): TEAM_DOES,
    ("procurements:notice_close", "GET", "draft"): NO_PERSON,
    ("procurements:notice_close", "GET", "published"): TEAM,
    ("procurements:notice_close", "GET", "closed"): TEAM,
    ("procurements:notice_close", "POST", "draft"): NO_PERSON,
    ("procurements:notice_close", "POST", "published"): TEAM_DOES,
    ("procurements:notice_close", "POST", "closed"): TEAM_DOES,
    **{
        (f"procurements:{page}", method, state): TEAM if method == "GET" else TEAM_DOES
        for page in ("asset_edit", "stage_edit", "document_list")
        for method in ("GET", "POST")
        for state in ("draft", "published", "closed")
    },
    # Every document of a published version is everyone's (A25); of a draft, or of a text that is worked on, the team's.
    ("procurements:document_download", "GET", "draft"): TEAM.replace("log", "404"),
    ("procurements:document_download", "GET", "working"): TEAM.replace("log", "404"),
    ("procurements:document_download", "GET", "published"): EVERYONE,
    ("procurements:document_download", "GET", "closed"): EVERYONE,
    ("procurements:interest_register", "GET", "draft"): NO_PERSON,
    ("procurements:interest_register", "GET", "published"): PERSONS,
    ("procurements:interest_register", "GET", "closed"): PERSONS,
    ("procurements:interest_register", "POST", "draft"): NO_PERSON,
    # A buyer can be a supplier too; a reader may not speak for its organisation; nobody is interested in its own.
    ("procurements:interest_register", "POST", "published"): (
        "                                         log  200  422  302  302  422  422  422  302  302  302  200  200  200  200  log"
    ),
    ("procurements:interest_register", "POST", "closed"): (
        "                                         log  200  422  422  422  422  422  422  422  422  422  200  200  200  200  log"
    ),
    ("procurements:interest_withdraw", "POST", "draft"): NO_PERSON,
    ("procurements:interest_withdraw", "POST", "published"): SUP_EDITOR,
    # What stood at the deadline stands (B11).
    ("procurements:interest_withdraw", "POST", "closed"): SUP_EDITOR.replace("302", "ref"),
    ("procurements:interest_list", "GET", "draft"): TEAM,
    ("procurements:interest_list", "GET", "published"): TEAM,  # an administrator off the team reads how to take a place
    ("procurements:interest_list", "GET", "closed"): TEAM,
    ("procurements:interest_own", "GET", ""): PERSONS,
    ("procurements:feedback_give", "GET", "published"): BUYER_EDITOR.replace("302", "200"),
    ("procurements:feedback_give", "POST", "published"): BUYER_EDITOR,
    ("procurements:feedback_give", "POST", "draft"): NO_PERSON,  # nobody can have shown interest
    ("procurements:outcome_edit", "GET", "draft"): NO_PERSON,
    ("procurements:outcome_edit", "GET", "published"): TEAM_DOES,  # open: back to the notice, with the sentence
    ("procurements:outcome_edit", "GET", "closed"): TEAM,
    ("procurements:outcome_edit", "POST", "closed"): TEAM_DOES,
    ("procurements:procurement_conclude", "POST", "draft"): NO_PERSON,
    ("procurements:procurement_conclude", "POST", "published"): BUYER_EDITOR.replace("302", "ref"),
    ("procurements:procurement_conclude", "POST", "closed"): BUYER_EDITOR.replace("302", "ref"),
    # The law's help: the procedure for those who write, secrecy for those who answer for the procurement.
    ("procurements:procedure_advice", "GET", "draft"): TEAM,
    ("procurements:procedure_advice", "GET", "published"): TEAM,
    ("procurements:procedure_advice", "GET", "closed"): TEAM,
    ("procurements:procedure_advice", "POST", "draft"): TEAM_DOES,
    ("procurements:procedure_advice", "POST", "published"): TEAM_DOES,
    ("procurements:procedure_advice", "POST", "closed"): TEAM_DOES,
    ("procurements:secrecy_edit", "GET", "draft"): TEAM,
    ("procurements:secrecy_edit", "GET", "published"): TEAM,
    ("procurements:secrecy_edit", "GET", "closed"): TEAM,
    ("procurements:secrecy_edit", "POST", "draft"): TEAM_DOES,
    ("procurements:secrecy_edit", "POST", "published"): TEAM_DOES,
    ("procurements:secrecy_edit", "POST", "closed"): TEAM_DOES,
    # --- before publishing, and the team: a colleague who is asked reads the draft, off the team too (A18) ------------------
    ("procurements:review_list", "GET", ""): PERSONS,
    ("procurements:review_detail", "GET", "draft"): TEAM_AND_ASKED,
    ("procurements:review_detail", "GET", "published"): TEAM,
    ("procurements:review_ask", "POST", "published"): TEAM_DOES,
    ("procurements:review_take_back", "POST", "draft"): TEAM_DOES,
    ("procurements:review_decide", "POST", "draft"): ASKED_DOES,
    ("procurements:review_decide", "POST", "published"): NO_PERSON,
    ("procurements:comment_add", "POST", "draft"): TEAM_AND_ASKED.replace("200", "302"),
    ("procurements:comment_add", "POST", "published"): TEAM_DOES,
    ("procurements:comment_done", "POST", "draft"): TEAM_DOES,
    ("procurements:schedule_take_back", "POST", "draft"): TEAM_DOES,
    # A draft of several who buy together: the administrators of the others read it, and approve it for their own.
    ("procurements:approval_list", "GET", "joint"): JOINT,
    ("procurements:approval_list", "GET", "draft"): NO_PERSON,  # nobody buys together
    ("procurements:approval_ask", "POST", "joint"): TEAM_DOES,
    ("procurements:approval_ask", "POST", "draft"): NO_PERSON,
    ("procurements:approval_give", "GET", "joint"): LEADER,
    ("procurements:approval_give", "POST", "joint"): LEADER_DOES,
    ("procurements:approval_give", "GET", "draft"): NO_PERSON,
    ("procurements:approval_give", "POST", "draft"): NO_PERSON,
    ("procurements:notice_preview", "GET", "joint"): JOINT,
    ("procurements:review_detail", "GET", "joint"): JOINT,
    ("procurements:team_edit", "GET", "joint"): JOINT,
    ("procurements:interest_list", "GET", "joint"): JOINT,  # only where to get a place
    ("procurements:notice_edit", "GET", "joint"): TEAM,
    ("procurements:notice_publish", "GET", "joint"): TEAM,
    ("procurements:team_place", "POST", "joint"): TEAM_DOES,
    ("procurements:preview_links", "GET", "draft"): TEAM,
    ("procurements:preview_links", "GET", "published"): TEAM,
    ("procurements:preview_links", "POST", "draft"): TEAM,  # the address of a new link is shown once
    ("procurements:preview_link_revoke", "POST", "draft"): TEAM_DOES,
    ("procurements:preview_open", "GET", ""): EVERYONE,  # the secret address is the authority
    ("procurements:preview_open", "POST", ""): EVERYONE.replace("200", "302"),
    ("procurements:preview_open", "GET", "forged"): NOBODY,
    ("procurements:preview_open", "POST", "forged"): NOBODY,
    ("procurements:team_edit", "GET", "draft"): TEAM,
    ("procurements:team_edit", "GET", "published"): TEAM,
    ("procurements:team_place", "POST", "draft"): TEAM_DOES,
    ("procurements:team_remove", "POST", "draft"): TEAM_DOES,
    ("procurements:team_remove", "POST", "published"): TEAM_DOES.replace("302", "ref"),  # its only owner
    ("procurements:team_hand_over", "POST", "draft"): TEAM_DOES,
    # --- what several require, who writes what, and what all who follow are told ---------------------------------------------
    ("procurements:group_requirement_list", "GET", ""): BUY_TOGETHER.replace("200", "302"),  # it has one procurement
    ("procurements:requirement_list", "GET", "joint"): BUY_TOGETHER,
    ("procurements:requirement_list", "GET", "published"): NO_PERSON,  # nobody buys together
    ("procurements:requirement_download", "GET", "joint"): BUY_TOGETHER,
    ("procurements:requirement_download", "GET", "published"): NO_PERSON,
    ("procurements:requirement_edit", "GET", "joint"): TEAM,
    ("procurements:requirement_edit", "POST", "joint"): TEAM_DOES,
    ("procurements:requirement_edit", "GET", "draft"): NO_PERSON,
    ("procurements:requirement_answer", "GET", "joint"): LEADER,  # its own column alone
    ("procurements:requirement_answer", "POST", "joint"): LEADER_DOES,
    ("procurements:section_share", "GET", "joint"): TEAM,
    ("procurements:section_share", "POST", "joint"): TEAM_DOES,
    ("procurements:section_share", "GET", "draft"): NO_PERSON,
    ("procurements:supplier_message_send", "GET", "draft"): NO_PERSON,
    ("procurements:supplier_message_send", "GET", "published"): TEAM,
    ("procurements:supplier_message_send", "GET", "closed"): TEAM,
    ("procurements:supplier_message_send", "POST", "published"): TEAM_DOES,
    ("procurements:supplier_message_send", "POST", "draft"): NO_PERSON,
    # --- options: an administrator of a buyer calls off or reads why not; those who buy together see who has joined ----------
    ("procurements:call_off", "GET", "awarded"): BUYER_ADM,
    ("procurements:call_off", "GET", "published"): NO_PERSON,  # nobody buys together
    ("procurements:call_off", "POST", "published"): NO_PERSON,
    (
        "procurements:call_off",
        "POST",
        "awarded",
    ): "log  404  404  404  404  404  404  422  404  302  422  404  404  404  404  log",
    (
        "procurements:call_off_list",
        "GET",
        "awarded",
    ): "log  404  404  404  404  200  200  200  404  200  200  404  404  404  404  log",
    ("procurements:call_off_list", "GET", "published"): NO_PERSON,
    ("procurements:call_off_decide", "GET", "awarded"): OWN_ADMIN,
    ("procurements:call_off_decide", "GET", "published"): NO_PERSON,
    ("procurements:call_off_decide", "POST", "awarded"): OWN_ADM_DOES,
    ("procurements:call_off_decide", "POST", "published"): NO_PERSON,
    ("procurements:call_off_withdraw", "POST", "awarded"): MEMBER_ADM,
    ("procurements:call_off_withdraw", "POST", "published"): NO_PERSON,
    ("procurements:packet_download", "GET", "awarded"): EVERYONE,
    ("procurements:packet_download", "GET", "published"): NOBODY,  # there is no contract yet
    ("procurements:packet_download", "GET", "draft"): NOBODY,
    ("procurements:notice_record", "GET", "published"): EVERYONE,
    ("procurements:notice_record", "GET", "closed"): EVERYONE,
    ("procurements:notice_record", "GET", "draft"): NOBODY,
    # Who takes part knows the group: it reads that only the lead's administrator can do this.
    #                                              anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    (
        "procurements:group_hand_over",
        "POST",
        "",
    ): "log  404  404  404  404  404  404  302  404  404  ref  404  404  404  404  log",
    # --- questions: who asked is seen by those with a place on the team alone, not by the buyer's administrator (4.2) --------
    ("procurements:question_mine", "GET", ""): PERSONS,
    ("procurements:question_ask", "GET", "published"): PERSONS,
    ("procurements:question_ask", "GET", "closed"): PERSONS,
    ("procurements:question_ask", "GET", "draft"): NO_PERSON,
    ("procurements:question_ask", "POST", "draft"): NO_PERSON,
    # Anybody may ask, for oneself if for nobody else; a reader does not speak for its organisation; the buyer's own do not.
    ("procurements:question_ask", "POST", "published"): (
        "                                         log  302  422  302  302  422  422  422  302  302  302  302  302  302  302  log"
    ),
    ("procurements:question_ask", "POST", "closed"): (
        "                                         log  422  422  422  422  422  422  422  422  422  422  422  422  422  422  log"
    ),
    ("procurements:question_list", "GET", "published"): INSIDE,
    ("procurements:question_list", "GET", "closed"): INSIDE,
    ("procurements:question_list", "GET", "draft"): NO_PERSON,
    ("procurements:question_detail", "GET", "published"): INSIDE,
    ("procurements:question_detail", "GET", "closed"): NO_PERSON,  # of another notice
    ("procurements:question_detail", "POST", "published"): INSIDE_DOES,
    ("procurements:question_open", "POST", "published"): INSIDE_DOES,
    ("procurements:question_assign", "POST", "published"): INSIDE_DOES,
    ("procurements:question_decline", "POST", "published"): INSIDE_DOES,
    ("procurements:question_release", "POST", "published"): INSIDE_DOES,
    ("procurements:question_correct", "GET", "published"): INSIDE,
    ("procurements:question_correct", "POST", "published"): INSIDE_DOES,
}
