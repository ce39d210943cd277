"""What stands in a row: a cell a person.

Cells: a status; `log` a redirect to the login page; `ref` a redirect with the sentence that says why the rule refused.
Columns, in the order of `tests.world.base.PEOPLE`:

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
IMPORT_DOES = "log  404  404  404  404  404  404  404  404  404  404  404  302  404  302  log"
IMPORT_TOLD = "log  404  404  404  404  404  404  404  404  404  404  404  422  404  422  log"
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
KEY_HOLDERS = "log  404  404  404  404  302  404  302  404  404  404  404  404  404  404  log"
