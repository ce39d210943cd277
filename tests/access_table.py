"""Who gets which answer where: one row a URL name, method and state of the object; reviewed by hand (quality.md S1).

It is written from the rules (issue 2, quality.md 4.2, accounts/grants.py), not from what the code answers.
Cells: a status; `log` a redirect to the login page; `ref` a redirect with the sentence that says why the rule refused.
Columns, in the order of `tests.world.PEOPLE`:

  anon  anonymous           osup  other supplier's editor       nmem  administrator of another member of the network
  strg  stranger (no        brdr  buyer's reader, not on team   nlea  administrator of the network's leader
        organisation)       bedt  buyer's editor, team's owner  cura  editor of guidance      supp  support
  srdr  supplier's reader   badm  buyer's administrator         prog  programme office        admn  the arena's administrator
  sedt  supplier's editor   obuy  other buyer's editor          susp  locked out: as anonymous, whatever it had
"""

#             anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
EVERYONE = "   200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  200"
ANYONE_DOES = "302  302  302  302  302  302  302  302  302  302  302  302  302  302  302  302"
NOBODY = "     404  404  404  404  404  404  404  404  404  404  404  404  404  404  404  404"
PERSONS = "    log  200  200  200  200  200  200  200  200  200  200  200  200  200  200  log"
DONE_BY_ALL = "log  302  302  302  302  302  302  302  302  302  302  302  302  302  302  log"
NO_PERSON = "  log  404  404  404  404  404  404  404  404  404  404  404  404  404  404  log"
TEAM = "       log  404  404  404  404  404  200  200  404  404  404  404  404  404  404  log"
TEAM_DOES = "  log  404  404  404  404  404  302  302  404  404  404  404  404  404  404  log"
TEAM_TOLD = "  log  404  404  404  404  404  422  422  404  404  404  404  404  404  404  log"
TEAM_AND_ASKED = "log 404 404 404  404  200  200  200  404  404  404  404  404  404  404  log"
ASKED_DOES = " log  404  404  404  404  302  404  404  404  404  404  404  404  404  404  log"
OWN_ADMIN = "  log  404  404  404  404  404  404  200  404  404  404  404  404  404  404  log"
OWN_ADM_DOES = "log 404  404  404  404  404  404  302  404  404  404  404  404  404  404  log"
MEMBERS = "    log  404  404  404  404  200  200  200  404  404  404  404  404  404  404  log"
BUYER_ADM = "  log  404  404  404  404  404  404  200  404  200  200  404  404  404  404  log"
BUYER_ADM_DO = "log 404  404  404  404  404  404  302  404  302  302  404  404  404  404  log"
LEADER = "     log  404  404  404  404  404  404  404  404  404  200  404  404  404  404  log"
JOINT = "      log  404  404  404  404  404  200  200  404  404  200  404  404  404  404  log"
LEADER_DOES = "log  404  404  404  404  404  404  404  404  404  302  404  404  404  404  log"
NETWORK = "    log  404  404  404  404  404  404  404  404  200  200  404  404  404  404  log"
NETWORK_DOES = "log 404  404  404  404  404  404  404  404  302  302  404  404  404  404  log"
EDITORS = "    log  404  404  404  404  404  404  404  404  404  404  200  404  404  200  log"
EDITORS_DO = " log  404  404  404  404  404  404  404  404  404  404  302  404  404  302  log"
ADMIN = "      log  404  404  404  404  404  404  404  404  404  404  404  404  404  200  log"
ADMIN_DOES = " log  404  404  404  404  404  404  404  404  404  404  404  404  404  302  log"
MAIL_DUTY = "  log  404  404  404  404  404  404  404  404  404  404  404  404  200  200  log"
MAIL_DUTY_DO = "log 404  404  404  404  404  404  404  404  404  404  404  404  302  302  log"
IMPORT_DUTY = "log  404  404  404  404  404  404  404  404  404  404  404  200  404  200  log"
STRANGER = "   log  200  404  404  404  404  404  404  404  404  404  404  404  404  404  log"
STRANGER_DO = "log  302  404  404  404  404  404  404  404  404  404  404  404  404  404  log"
SUP_EDITOR = " log  404  404  302  404  404  404  404  404  404  404  404  404  404  404  log"
BUYER_EDITOR = "log 404  404  404  404  404  302  404  404  404  404  404  404  404  404  log"
BUY_TOGETHER = "log 404 404  404  404  200  200  200  404  404  200  404  404  404  404  log"
BUYERS = "     404  404  404  404  404  200  200  200  200  200  200  404  404  404  404  404"
BUY_WRITERS = "log  404  404  404  404  404  200  200  200  200  200  404  404  404  404  log"
BUY_EDITORS = "log  404  404  404  404  404  200  200  404  404  404  404  404  404  404  log"
MEMBER_ADM = " log  404  404  404  404  404  404  404  404  302  404  404  404  404  404  log"

INSIDE = "     log  404  404  404  404  404  200  404  404  404  404  404  404  404  404  log"
INSIDE_DOES = "log  404  404  404  404  404  302  404  404  404  404  404  404  404  404  log"

TABLE: dict[tuple[str, str, str], str] = {
    # --- what everyone may open ---------------------------------------------------------------------------------------
    ("healthz", "GET", ""): EVERYONE,
    ("readyz", "GET", ""): EVERYONE,
    ("robots", "GET", ""): EVERYONE,
    ("sitemap", "GET", ""): EVERYONE,
    ("home", "GET", ""): EVERYONE,
    ("about", "GET", ""): EVERYONE,
    ("accessibility", "GET", ""): EVERYONE,
    ("privacy", "GET", ""): EVERYONE,
    ("open_data", "GET", ""): EVERYONE,
    ("ui:gallery", "GET", ""): EVERYONE,  # 404 in production
    ("taxonomy:cpv_suggestions", "GET", ""): EVERYONE,
    ("start", "GET", ""): PERSONS,
    ("calendar", "GET", ""): PERSONS,
    ("calendar_key_make", "POST", ""): DONE_BY_ALL,
    ("calendar_key_revoke", "POST", ""): DONE_BY_ALL,
    ("calendar_feed", "GET", ""): EVERYONE,  # the secret in the address is the authority
    ("calendar_feed", "GET", "forged"): NOBODY,
    # --- procurements: drafts and interest are the team's alone (4.2); what others may not know is 404 -------------------
    ("procurements:notice_list", "GET", ""): EVERYONE,
    ("procurements:cpv_suggestions", "GET", ""): PERSONS,
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
    # --- questions: who asked is seen by those with a place on the team alone, not by the buyer's administrator (4.2) --------
    ("procurements:question_mine", "GET", ""): PERSONS,
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
    # --- notifications: each person's own; the mail log is for support ---------------------------------------------------
    ("notifications:inbox", "GET", ""): PERSONS,
    ("notifications:inbox_read", "POST", ""): DONE_BY_ALL,
    ("notifications:notification_open", "POST", ""): BUYER_EDITOR,
    ("notifications:notification_put_away", "POST", ""): BUYER_EDITOR,
    ("notifications:notification_take_back", "POST", ""): BUYER_EDITOR,
    ("notifications:preferences", "GET", ""): PERSONS,
    ("notifications:preferences", "POST", ""): DONE_BY_ALL,
    ("notifications:mail_allow", "POST", ""): DONE_BY_ALL,
    ("notifications:unsubscribe", "GET", ""): EVERYONE,  # the signed link is the authority
    ("notifications:unsubscribe", "POST", ""): EVERYONE,
    ("notifications:unsubscribe", "GET", "forged"): NOBODY,
    ("notifications:unsubscribe", "POST", "forged"): NOBODY,
    ("notifications:less", "GET", ""): EVERYONE,  # the same
    ("notifications:less", "POST", ""): ANYONE_DOES,
    ("notifications:less", "GET", "forged"): NOBODY,
    ("notifications:less", "POST", "forged"): NOBODY,
    ("notifications:mail_log", "GET", ""): MAIL_DUTY,
    ("notifications:mail_release_held", "POST", ""): MAIL_DUTY_DO,
    ("notifications:mail_release", "POST", ""): MAIL_DUTY_DO,
    ("notifications:mail_give_up", "POST", ""): MAIL_DUTY_DO,
    # --- networks: public pages outside, members inside; groups are seen by their participants ---------------------------
    ("networks:network_list", "GET", ""): EVERYONE,
    ("networks:network_create", "GET", ""): BUYER_ADM,
    ("networks:network_create", "POST", ""): BUYER_ADM_DO,
    ("networks:network_detail", "GET", ""): EVERYONE,
    ("networks:network_edit", "GET", ""): LEADER,
    ("networks:network_edit", "POST", ""): LEADER_DOES,
    ("networks:network_inside", "GET", ""): NETWORK,
    ("networks:network_post", "POST", ""): NETWORK_DOES,
    ("networks:network_join", "POST", ""): BUYER_ADM_DO,
    ("networks:network_invite", "GET", ""): LEADER,
    ("networks:network_invite", "POST", ""): LEADER_DOES,
    ("networks:network_answer", "POST", ""): LEADER_DOES,
    ("networks:network_leave", "POST", ""): MEMBER_ADM,
    ("networks:network_leave", "POST", "leader"): LEADER_DOES.replace("302", "ref"),
    ("networks:network_hand_over", "POST", ""): LEADER_DOES,
    ("networks:network_archive", "POST", ""): LEADER_DOES,
    # Meetings and files: of a network its members', called by its leader; of a group everybody's inside, never the invited's.
    ("networks:network_roles", "GET", ""): LEADER,
    ("networks:network_roles", "POST", ""): LEADER_DOES,
    ("networks:meeting_list", "GET", ""): NETWORK,
    ("networks:group_meeting_list", "GET", ""): BUY_TOGETHER,
    ("networks:meeting_create", "GET", ""): LEADER,
    ("networks:meeting_create", "POST", ""): LEADER_DOES,
    ("networks:group_meeting_create", "GET", ""): JOINT,
    ("networks:group_meeting_create", "POST", ""): JOINT.replace("200", "302"),
    ("networks:meeting_detail", "GET", ""): NETWORK,
    ("networks:meeting_detail", "GET", "group"): BUY_TOGETHER,
    ("networks:meeting_edit", "GET", ""): LEADER,
    ("networks:meeting_edit", "GET", "group"): JOINT,
    ("networks:meeting_edit", "POST", ""): LEADER_DOES,
    ("networks:meeting_edit", "POST", "stale"): LEADER.replace("200", "409"),
    ("networks:meeting_edit", "POST", "group"): JOINT.replace("200", "302"),
    ("networks:meeting_minutes", "GET", ""): LEADER,
    ("networks:meeting_minutes", "GET", "group"): JOINT,
    ("networks:meeting_minutes", "POST", ""): LEADER_DOES,
    ("networks:meeting_minutes", "POST", "stale"): LEADER.replace("200", "409"),
    ("networks:meeting_minutes", "POST", "group"): JOINT.replace("200", "302"),
    ("networks:meeting_cancel", "POST", ""): LEADER_DOES,
    ("networks:meeting_cancel", "POST", "group"): JOINT.replace("200", "302"),
    ("networks:file_list", "GET", ""): NETWORK,
    ("networks:file_list", "POST", ""): NETWORK.replace("200", "422"),  # without a file
    ("networks:group_file_list", "GET", ""): BUY_TOGETHER,
    ("networks:group_file_list", "POST", ""): JOINT.replace("200", "422"),
    ("networks:file_download", "GET", ""): NETWORK,
    ("networks:file_download", "GET", "group"): BUY_TOGETHER,
    ("networks:file_edit", "GET", ""): NETWORK,  # who added it, and who leads
    ("networks:file_edit", "POST", ""): NETWORK_DOES,
    ("networks:file_edit", "GET", "group"): JOINT,
    ("networks:file_remove", "POST", ""): NETWORK_DOES,
    ("networks:file_remove", "POST", "group"): JOINT.replace("200", "302"),
    ("networks:plan_list", "GET", ""): EVERYONE,  # each sees what is meant for it
    ("networks:plan_create", "GET", ""): BUY_WRITERS,
    ("networks:plan_create", "POST", ""): BUY_WRITERS.replace("200", "302"),
    ("networks:plan_detail", "GET", ""): BUYERS,
    ("networks:plan_detail", "GET", "everyone"): EVERYONE,
    ("networks:plan_detail", "GET", "members"): NETWORK.replace("log", "404"),
    ("networks:plan_edit", "GET", ""): BUY_EDITORS,
    ("networks:plan_edit", "POST", ""): BUY_EDITORS.replace("200", "302"),
    ("networks:plan_withdraw", "GET", ""): BUY_EDITORS,
    ("networks:plan_withdraw", "POST", ""): BUY_EDITORS.replace("200", "302"),
    ("networks:approach_list", "GET", ""): PERSONS,
    # Nobody turns to itself: the neighbour is the receiver.
    #                                          anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    (
        "networks:approach_create",
        "GET",
        "",
    ): " log  404  404  404  404  404  200  200  404  200  200  404  404  404  404  log",
    (
        "networks:approach_create",
        "POST",
        "",
    ): "log  404  404  404  404  404  302  302  404  302  302  404  404  404  404  log",
    ("networks:approach_detail", "GET", ""): BUY_TOGETHER,  # the two organisations
    (
        "networks:approach_reply",
        "POST",
        "",
    ): "log  404  404  404  404  404  302  302  404  404  302  404  404  404  404  log",
    (
        "networks:approach_close",
        "POST",
        "",
    ): "log  404  404  404  404  404  302  302  404  404  302  404  404  404  404  log",
    (
        "networks:approach_group",
        "GET",
        "",
    ): " log  404  404  404  404  404  404  200  404  404  200  404  404  404  404  log",
    (
        "networks:approach_group",
        "POST",
        "",
    ): "log  404  404  404  404  404  404  302  404  404  302  404  404  404  404  log",
    ("networks:group_list", "GET", ""): PERSONS,
    ("networks:group_create", "GET", ""): BUYER_ADM,
    ("networks:group_create", "POST", ""): BUYER_ADM_DO,
    #                                             anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    (
        "networks:group_detail",
        "GET",
        "",
    ): "       log  404  404  404  404  200  200  200  404  200  200  404  404  404  404  log",
    ("networks:group_invite", "GET", ""): OWN_ADMIN,
    ("networks:group_invite", "POST", ""): OWN_ADM_DOES,
    ("networks:group_answer", "POST", ""): MEMBER_ADM,
    ("networks:group_ask", "GET", ""): BUYER_ADM,  # a group that stands on a published notice
    ("networks:group_ask", "POST", ""): BUYER_ADM_DO,
    ("networks:group_ask", "GET", "hidden"): NO_PERSON,
    ("networks:group_decide", "GET", ""): OWN_ADMIN,
    ("networks:group_decide", "POST", ""): OWN_ADM_DOES,
    ("networks:group_edit", "GET", ""): OWN_ADMIN,
    ("networks:group_edit", "POST", ""): OWN_ADM_DOES,
    ("networks:group_mandate", "POST", ""): LEADER_DOES,
    ("networks:letter_list", "GET", ""): BUY_TOGETHER,
    # Who takes part knows the group: it reads that only the lead's administrator can do this.
    #                                              anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    (
        "procurements:group_hand_over",
        "POST",
        "",
    ): "log  404  404  404  404  404  404  302  404  404  ref  404  404  404  404  log",
    ("networks:group_items", "GET", ""): OWN_ADMIN,
    ("networks:group_items", "POST", ""): OWN_ADM_DOES,
    ("networks:letter_send", "GET", ""): OWN_ADMIN,
    ("networks:letter_send", "POST", ""): OWN_ADM_DOES,
    ("networks:letter_detail", "GET", ""): BUY_TOGETHER,  # its own organisation and the lead
    ("networks:letter_sign", "GET", ""): LEADER,
    ("networks:letter_sign", "POST", ""): LEADER_DOES,
    ("networks:letter_decline", "GET", ""): LEADER,
    ("networks:letter_decline", "POST", ""): LEADER_DOES,
    ("networks:cost_key", "GET", ""): BUY_TOGETHER,
    ("networks:cost_key", "POST", ""): OWN_ADM_DOES,
    ("networks:cost_key_download", "GET", ""): BUY_TOGETHER,
    # Those who take part read the tasks; who writes for the lead gives them, and each that buys divides its own.
    ("networks:group_task_list", "GET", ""): BUY_TOGETHER,
    ("networks:group_task_list", "POST", ""): JOINT.replace("200", "302"),
    ("networks:group_task_edit", "GET", ""): JOINT,
    ("networks:group_task_edit", "POST", ""): JOINT.replace("200", "302"),
    ("networks:group_task_done", "POST", ""): JOINT.replace("200", "302"),
    ("networks:group_task_reopen", "POST", ""): JOINT.replace("200", "302"),
    ("networks:group_task_remove", "POST", ""): JOINT.replace("200", "302"),
    # --- guidance: read by everyone, written by its editors ---------------------------------------------------------------
    ("knowledge:article_list", "GET", ""): EVERYONE,
    ("knowledge:phase_guidance", "GET", ""): EVERYONE,
    ("knowledge:phase_guidance", "GET", "unknown"): NOBODY,
    ("knowledge:article_detail", "GET", "published"): EVERYONE,
    ("knowledge:article_detail", "GET", "draft"): NOBODY,  # its editors have the preview
    ("knowledge:article_detail", "GET", "archived"): NOBODY,
    ("knowledge:article_review_list", "GET", ""): EDITORS,
    ("knowledge:article_create", "GET", ""): EDITORS,
    ("knowledge:article_create", "POST", ""): EDITORS_DO,
    ("knowledge:article_edit", "GET", "published"): EDITORS,
    ("knowledge:article_edit", "GET", "draft"): EDITORS,
    ("knowledge:article_edit", "POST", "draft"): EDITORS_DO,
    ("knowledge:article_edit", "POST", "stale"): EDITORS.replace("200", "409"),
    ("knowledge:article_preview", "GET", "draft"): EDITORS,
    ("knowledge:article_history", "GET", "published"): EDITORS,
    ("knowledge:article_bind", "GET", "published"): EDITORS,
    ("knowledge:article_bind", "POST", "published"): EDITORS_DO,
    ("knowledge:article_publish", "GET", "draft"): EDITORS,
    ("knowledge:article_publish", "POST", "draft"): EDITORS_DO,
    ("knowledge:article_archive", "POST", "published"): EDITORS_DO,
    ("knowledge:article_review", "POST", "published"): EDITORS_DO,
    ("knowledge:article_restore", "POST", "published"): EDITORS_DO,
    # --- a person's own pages, and an organisation's ----------------------------------------------------------------------
    ("accounts:profile", "GET", ""): PERSONS,
    ("accounts:profile", "POST", ""): DONE_BY_ALL,
    ("accounts:data_export", "GET", ""): PERSONS,
    ("accounts:kept_post", "GET", ""): STRANGER,  # who wrote it
    ("accounts:kept_discard", "POST", ""): STRANGER_DO,
    ("accounts:second_factor_needed", "GET", ""): PERSONS,
    ("accounts:totp_qr", "GET", ""): NO_PERSON,  # nothing to show unless an authenticator is being added
    ("accounts:terms", "GET", ""): EVERYONE,
    #                                             anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    (
        "accounts:terms",
        "POST",
        "",
    ): "             200  302  302  302  302  302  302  302  302  302  302  302  302  302  302  200",
    ("accounts:acting_for", "POST", ""): MEMBERS.replace("200", "302"),
    ("accounts:organisation_create", "GET", ""): PERSONS,
    ("accounts:organisation_create", "POST", ""): DONE_BY_ALL,
    ("accounts:organisation_describe", "GET", ""): DONE_BY_ALL,  # without the first step: back to it
    ("accounts:organisation_describe", "POST", ""): DONE_BY_ALL,
    ("accounts:organisation_edit", "GET", ""): OWN_ADMIN,
    ("accounts:organisation_edit", "POST", ""): OWN_ADM_DOES,
    ("accounts:member_list", "GET", ""): MEMBERS,
    ("accounts:member_role", "POST", ""): OWN_ADM_DOES,
    # A reader may end its own membership; a colleague who is no administrator is told so.
    (
        "accounts:member_end",
        "POST",
        "",
    ): "        log  404  404  404  404  302  ref  302  404  404  404  404  404  404  404  log",
    ("accounts:invitation_revoke", "POST", ""): OWN_ADM_DOES,
    (
        "accounts:invitation_open",
        "GET",
        "",
    ): "    302  302  302  302  302  302  302  302  302  302  302  302  302  302  302  302",
    ("accounts:invitation_accept", "GET", ""): NO_PERSON,  # without the link
    ("accounts:invitation_accept", "POST", ""): NO_PERSON,
    ("verification_request", "GET", "unclaimed"): PERSONS,
    ("verification_request", "POST", "unclaimed"): DONE_BY_ALL,
    ("verification_request", "GET", "claimed"): OWN_ADMIN,
    ("verification_request", "POST", "claimed"): OWN_ADM_DOES.replace("302", "ref"),  # a verified buyer already
    ("verification_request", "GET", "personal"): NO_PERSON,
    ("verification_request", "POST", "personal"): NO_PERSON,
    ("invitation_send", "POST", ""): OWN_ADM_DOES,
    ("organisation_detail", "GET", ""): EVERYONE,
    ("organisation_detail", "GET", "unclaimed"): EVERYONE,
    ("organisation_detail", "GET", "merged"): EVERYONE.replace("200", "301"),
    # --- matches and offers -----------------------------------------------------------------------------------------------
    ("matchmaking:match_list", "GET", ""): PERSONS,
    ("matchmaking:match_dismiss", "POST", ""): SUP_EDITOR,
    ("matchmaking:match_restore", "POST", ""): SUP_EDITOR,
    ("matchmaking:lesson_forget", "POST", ""): SUP_EDITOR,
    ("matchmaking:similar_needs", "GET", "draft"): TEAM,
    #                                             anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    ("matchmaking:similar_needs", "GET", "published"): (
        "                                         log  404  404  404  404  200  200  200  200  200  200  404  404  404  404  log"
    ),
    ("matchmaking:likely_suppliers", "GET", "draft"): TEAM,
    ("matchmaking:likely_suppliers", "GET", "published"): TEAM,
    ("matchmaking:offer_edit", "GET", ""): PERSONS,
    (
        "matchmaking:offer_edit",
        "POST",
        "",
    ): "     log  404  404  302  302  404  302  302  302  302  302  404  404  404  404  log",
    (
        "matchmaking:offer_receive",
        "POST",
        "",
    ): "  log  404  302  302  404  404  404  404  404  404  404  404  404  404  404  log",
    ("matchmaking:name_suggestions", "GET", ""): PERSONS,
    ("matchmaking:name_suggestions", "GET", "unknown"): NO_PERSON,
    ("matchmaking:follow_list", "GET", ""): PERSONS,
    ("matchmaking:reminder_edit", "GET", ""): PERSONS,
    ("matchmaking:reminder_edit", "POST", ""): DONE_BY_ALL,
    ("matchmaking:follow_panel", "GET", "published"): EVERYONE,
    ("matchmaking:follow_panel", "GET", "draft"): NOBODY,  # its team, too: there is nothing to hear of yet
    ("matchmaking:attention_set", "POST", "published"): DONE_BY_ALL,
    ("matchmaking:attention_set", "POST", "draft"): NO_PERSON,
    **{("matchmaking:subject_panel", "GET", kind): EVERYONE for kind in ("buyer", "network", "field")},
    ("matchmaking:subject_panel", "GET", "supplier"): NOBODY,
    **{("matchmaking:subject_set", "POST", kind): DONE_BY_ALL for kind in ("buyer", "network", "field")},
    ("matchmaking:subject_set", "POST", "supplier"): NO_PERSON,
    ("matchmaking:subscription_list", "GET", ""): PERSONS,
    ("matchmaking:subscription_create", "GET", ""): PERSONS,
    ("matchmaking:subscription_create", "POST", ""): DONE_BY_ALL,
    ("matchmaking:subscription_edit", "GET", ""): STRANGER,
    ("matchmaking:subscription_edit", "POST", ""): STRANGER_DO,
    ("matchmaking:subscription_delete", "GET", ""): STRANGER,
    ("matchmaking:subscription_delete", "POST", ""): STRANGER_DO,
    ("matchmaking:subscription_pause", "POST", ""): STRANGER_DO,
    ("matchmaking:subscription_resume", "POST", ""): STRANGER_DO,
    ("suppliers:supplier_detail", "GET", "public"): EVERYONE,
    # A profile that is not public is for buyers and its own people (B12).
    #                                             anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    ("suppliers:supplier_detail", "GET", "private"): (
        "                                         404  404  200  200  404  200  200  200  200  200  200  404  404  404  404  404"
    ),
    # --- duties -----------------------------------------------------------------------------------------------------------
    ("overdue_list", "GET", ""): IMPORT_DUTY,
    ("interchange:notice_ocds", "GET", "published"): EVERYONE,
    ("interchange:notice_ocds", "GET", "draft"): NOBODY,
    ("interchange:import_list", "GET", ""): IMPORT_DUTY,
    ("interchange:import_detail", "GET", ""): IMPORT_DUTY,
    ("review_queue", "GET", ""): ADMIN,
    ("verification_decide", "POST", ""): ADMIN_DOES,
    ("organisation_merge", "GET", ""): ADMIN,
    ("organisation_merge_confirm", "GET", ""): ADMIN,
    ("organisation_merge_confirm", "POST", ""): ADMIN_DOES.replace("302", "ref"),  # the one that goes on may not buy
    ("job_list", "GET", ""): MAIL_DUTY,
    ("failure_retry", "POST", ""): MAIL_DUTY_DO,
    ("failure_give_up", "POST", ""): MAIL_DUTY_DO,
    ("metrics", "GET", ""): NOBODY,  # for a machine with a token, which tests/arena/test_metrics.py shows
    ("matchmaking:match_quality", "GET", ""): IMPORT_DUTY,
    ("audit_log", "GET", ""): ADMIN,
    ("accounts:person_list", "GET", ""): ADMIN,
    ("accounts:person_detail", "GET", ""): ADMIN,
    ("accounts:person_lock", "POST", ""): ADMIN_DOES,
    ("accounts:person_unlock", "POST", ""): ADMIN_DOES,
    ("accounts:duty_give", "POST", ""): ADMIN_DOES,
    ("accounts:duty_take", "POST", ""): ADMIN_DOES,
}

# allauth's own pages, under one rule: an anonymous visitor gets 200 here, and a redirect from every other.
OPEN_ACCOUNT_PAGES = frozenset(
    {
        *("account_login", "account_signup", "account_reset_password", "account_inactive"),
        *("account_password_reset_completed", "account_signup_by_passkey"),
    }
)
