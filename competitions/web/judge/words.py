"""What the judge's pages say about marks on their way, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def more_words() -> dict[str, str]:
    """Besides sheet_data.words(): the outbox, its cards, the pages from the device. %s is filled in by the script."""
    return {
        "mySheets": _("My sheets"),
        "allAspects": _("All aspects"),
        "markedCount": _("Marked"),
        "unsent": _("Not sent"),
        "previousSheet": _("Previous sheet"),
        "check": _("Check and sign"),
        "sendNow": _("Send now"),
        "offline": _("No network"),
        "stuck": _("The server does not take marks now. They stay on this device; call the chief judge."),
        "signedOut": _("Signed out: sign in again"),
        "otherJudge": _("Somebody else is signed in. These marks wait for their own judge."),
        "notSaved": _("NOT SAVED: this device could not keep the mark. Enter it again."),
        "unsaved": _("Not saved"),
        "card": _("%s mark needs your decision"),
        "cards": _("%s marks need your decision"),
        "notKept": _("This browser cannot keep marks. Stay online, or open the site in Chrome or Safari."),
        "noReopen": _(
            "This browser cannot open the sheets again without network. Marking online works; for a hall without "
            "network open the site in Chrome or Safari."
        ),
        "revoked": _(
            "This tablet has been taken out of use. Take another one; what you entered here is kept for the "
            "chief judge."
        ),
        "outOfUse": _("Out of use"),
        "keptOne": _("%s kept for the chief judge"),
        "keptMany": _("%s kept for the chief judge"),
        "kept": _("Kept for the chief judge"),
        "oldUnsent": _("%s mark has waited for more than an hour. Send it, or save it as a file."),
        "oldUnsentMany": _("%s marks have waited for more than an hour. Send them, or save them as a file."),
        "othersUnsent": _("%s mark of another judge waits on this device until that judge signs in here."),
        "othersUnsentMany": _(
            "%s marks of another judge wait on this device until that judge signs in here."
        ),
        "somebodysUnsent": _("%s mark waits on this device until its judge signs in here."),
        "somebodysUnsentMany": _("%s marks wait on this device until their judges sign in here."),
        "signOutOne": _("%s mark is not sent yet. It stays on this device. Sign out all the same?"),
        "signOut": _("%s marks are not sent yet. They stay on this device. Sign out all the same?"),
        "leaveAsItWas": _("Leave as it was"),
        "setAside": _("Set aside"),
        "sendAgain": _("Send again"),
        "decide": _("Decide"),
        "signLater": _("Sign when they are at the server: what is signed is what stands there."),
        "chooseFirst": _("%s has two values: choose one first"),
        "decideFirst": _("%s was not taken: decide on it first"),
        "sendsItself": _("Sent when there is a network"),
        "oneMark": _("%s mark"),
        "manyMarks": _("%s marks"),
        "begun": _("Begun"),
        "notSentHere": _("%s on this device"),
        "thisTablet": _("This tablet: %s"),
        "filter": _("Filter"),
        "allSheets": pgettext("sheets", "All"),
        "toMark": pgettext("sheets", "To be marked"),
        "toSign": _("To be signed"),
        "signed": pgettext("sheets", "Signed"),
        "findSheet": _("Work or station number"),
        "shownOf": _("%s of %s sheets are shown."),
        "keptSheets": _("Ready without network: %s of %s sheets"),
        "sheetNotKept": _("This device does not know the sheet. Open “My sheets” once with network."),
        "needsNetwork": _("This page needs the network."),
        "tryAgain": _("Try again"),
        "backToSheet": _("Back to the sheet"),
        "signingNeedsNetwork": _("Signing needs the network"),
        "keptHereOne": _("%s mark of this sheet is safe on this device and goes out by itself."),
        "keptHereMany": _("%s marks of this sheet are safe on this device and go out by themselves."),
        "keptThere": _("No mark of this sheet waits on this device; nothing is lost."),
        "signThen": _("Go on marking; check and sign when there is a network again."),
        "unsentPage": _("Unsent marks"),
        "unsentOne": _("%s mark is not sent"),
        "unsentMany": _("%s marks are not sent"),
        "nothingUnsent": _("Nothing waits on this device"),
        "asideTitle": _("Set aside"),
        "asideWords": _(
            "They count nothing. They stay on this device, and in every file, until the event is over."
        ),
        "lastResort": _("When there is no network at all"),
        "exportWords": _(
            "Take the marks to a device with network: as a file, or as codes that another device reads off this "
            "screen. They stay here too; a mark that arrives twice counts once."
        ),
        "saveFile": _("Save unsent marks as a file"),
        "showCodes": _("Show unsent marks as QR codes"),
        "codeOf": _("Code %s of %s"),
        "pause": _("Pause"),
        "goOn": _("Go on"),
        "previousCode": _("Previous code"),
        "nextCode": _("Next code"),
        "entered": pgettext("reading", "Entered"),
        "required": pgettext("reading", "Required"),
        "off": pgettext("reading", "Off by"),
        "offAbove": _("%s above the limit"),
        "offBelow": _("%s below the limit"),
        "noPoints": _("Not done gives 0 points. Is that so?"),
        "noneSure": _("Yes, not done"),
        "goBack": _("No, go back"),
        "noughtPoints": _("0 points"),
        "aspect": _("Aspect"),
        "oldValue": _("Old value"),
        "newValue": _("New value"),
        "mayFall": _(
            "All of the panel have judged. If they lie too far apart after this change, all of them judge again, and "
            "the signatures of the other judges and of the chief judge on this work fall."
        ),
        "otherReason": _("Another reason, in your words"),
        "reasonMissing": _(
            "Choose a reason above or write one here: a change without a reason is not saved."
        ),
        "seconds": _("%s s"),
        "secondsLeft": _("%s s left"),
    }
