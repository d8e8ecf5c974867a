# Plans, continuity cards and drills

plan-unreadable = The plan cannot be read: { $problem } Nothing was changed.
plan-unknown-words = A plan does not know: { $words }. It has name, situation, trigger, owner, deputy, contacts, shops, decisions, recovery.
plan-needs-a-name = A plan needs a name before it can be kept.
plan-second-person = { $by } wrote this version, so somebody else approves it.
plan-lacks = { $name } still lacks { $count ->
    [one] one thing
   *[other] { $count } things
}; the plan’s page lists them. As a draft it is kept.
plan-none = There is no plan number { $number }.
plan-means = Please name a shop and choose from: { $possible }.
plan-offline-limit = Offline sales need the limit per payment that the acquirer agreed to, above zero.

plan-lacks-name = It has no name.
plan-lacks-trigger = Nobody can tell when it begins: write the trigger.
plan-lacks-owner = It has no owner.
plan-lacks-deputy = It has no deputy.
plan-lacks-second-person = { $name } is owner and deputy; a deputy is somebody else.
plan-lacks-contacts = It names nobody to call.
plan-contact-untested = { $role } was never tested. Send a test from the contact book and have the code given back.
plan-contact-silent = { $role } did not answer the last test in time. Name another address, or test again.
plan-contact-unknown = The contact book has no verified entry for { $role }.
plan-lacks-situation = Choose the situation: { $possible }.
plan-shop-unknown = Shop { $shop } is not known here.
plan-lacks-shops = It is not known what any shop has; note it on the continuity page.
plan-shop-without-means = { $shop } has no way to take money in this situation. Note what it has, or get it one.
plan-lacks-decisions = It has no decision: at least one question with yes and no.
plan-decision-open = Decision { $number } needs a question, a yes and a no.
plan-lacks-recovery = It does not say how to get back to normal.
plan-recovery-open = Step { $number } of the way back needs what, who and within how many minutes.

situation-fixed-line-down = Fixed line down
situation-terminal-down = Terminal down
situation-power-cut = Power cut
situation-acquirer-down = Acquirer does not answer
situation-no-network = No network at all
means-backup-terminal = Second terminal
means-sim-4g = Mobile data SIM
means-qr = Printed QR code
means-offline = Offline card sales
means-cash = Cash
means-manual-slip = Paper slip
means-backup-terminal-line = Take the second terminal; sign on first.
means-sim-4g-line = Switch the terminal to its mobile data SIM; do an echo test before the first sale.
means-qr-line = Have the customer scan the printed code; look for the payment in your own app, never on the customer’s screen.
means-offline-line = Offline card sales up to { $limit } each; upload the batch as soon as the line is back.
means-cash-line = Take cash; write a receipt and count the till apart.
means-manual-slip-line = Paper slip only with the acquirer’s consent by phone; note the approval number.

plan-page-facts = When and who
plan-page-contacts = Whom to call
plan-page-decisions = Decide
plan-page-recovery = Back to normal, in this order
plan-page-pocket = Pocket card
plan-page-card = Continuity card
plan-page-situation = Situation
plan-page-trigger = Begins when
plan-page-owner = Owner
plan-page-deputy = Deputy
plan-page-yes = Yes: { $what }
plan-page-no = No: { $what }
plan-page-within = within { $minutes } min
plan-page-nothing = This shop has nothing for this; close the till and call the owner.
plan-page-draft = Version { $version }, draft by { $by }
plan-page-approved = Version { $version }, approved by { $by } on { $on }

web-room-plans = Contingency plans
web-room-plans-text = Who does what when something is down; checked, approved, as PDF and pocket card.
web-room-continuity = Continuity cards
web-room-continuity-text = What each shop can take money with when its line or terminal is down.
plans-title = Contingency plans
plans-lead = A plan is approved by a second person once it lacks nothing: reachable contacts, a deputy, and a way to take money at every shop.
plans-none = No plan yet. Write one below; the draft is filled in as a start.
plans-columns = plan,version,state,lacking
plans-version = version { $version }
plans-draft = draft
plans-approved = approved
plans-approved-by = approved by { $by }
plans-lacking = { $count ->
    [0] lacks nothing
    [one] lacks one thing
   *[other] lacks { $count } things
}
plans-approve = Approve
plans-pdf = PDF with pocket card
plans-write = Write or change a plan
plans-write-hint = Change the text and save: it becomes the next version. Contacts are roles of the contact book.
plans-body = The plan
plans-save = Save as a new version
plans-open = Open in the editor
plans-saved = Kept.
plans-was-approved = Approved.
plans-start = Fixed line down
continuity-title = Continuity cards
continuity-lead = For each shop only what it really has, the least trouble first.
continuity-none = No shop is known yet. Import the shop list or note a shop below.
continuity-note = Note what a shop has
continuity-store = Shop number
continuity-name = Name
continuity-means = It has
continuity-limit = Most per offline payment, in cents
continuity-save = Note it
continuity-saved = Noted.

drill-file-refused = { $file } belongs to the drill “{ $drill }” and is not taken in here: what is practised never counts as real. Nothing was changed.
drill-no-way-out = This is a drill: nothing leaves it, so no address is told.
drill-inside-live = A drill needs a folder of its own, outside the live workspace, and starts from a live one: { $folder } cannot be used.
drill-no-such-stamp = The drill takes these stamps while it runs: { $possible }.
drill-ended = This drill has ended; its report stands.
drill-none = This workspace holds no drill. Start one with daozhang drills start FOLDER.
drill-started = The drill runs in { $folder }. Open it with daozhang up, work as on a real day, and end it with daozhang drills end. Nothing leaves it, and nothing of it counts as real.
drill-report-title = Drill of team { $team }, seed { $seed }
drill-time-to-detect = Time to detect
drill-time-to-notify = Time to notify
drill-time-to-decide = Time to decide
drill-time-to-resolve = Time to resolve
drill-at-risk = Money at risk
drill-hidden = Hidden was scenario { $scenario }.
drill-step-began = Begun
drill-step-detected = Detected
drill-step-notified = Notified
drill-step-decided = Decided
drill-step-resolved = Resolved
drill-step-at-risk = At risk from here
drill-step-ended = Ended
web-room-drills = Drills
web-room-drills-text = Practise a fault in a workspace of its own and see how fast you were.
drills-title = Drills
drills-lead = A drill runs in a workspace of its own: a simulated world with one hidden fault, or a plan talked through at a table. Nothing leaves it, and its files are refused here.
drills-how = Begin one on the command line:
drills-running = This is the drill of team { $team }. Nothing leaves this workspace, and nothing here counts as real.
drills-times = Times since it began
drills-seconds = { $seconds } s
drills-stamp = Stamp what you do
drills-stamp-hint = What you do with cases is stamped by itself. Stamp here what happens beside them, a phone call for example.
drills-note = What happened
drills-end = End the drill
drills-log = What was stamped
web-drill-title = Drill
web-drill-text = Nothing leaves this workspace, and nothing here counts as real.
