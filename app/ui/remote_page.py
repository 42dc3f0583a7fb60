"""The Phone remote page: a switch, a code to point a phone at, the PIN, and who is connected."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.ui.over_page import OverPage
from app.ui.remote_code import RemoteCode
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, CheckBox, plain, rule, tint, words

if TYPE_CHECKING:
    from app.ui.remote import Remote

WIDE, TALL = 700, 452
COPIED_MS = 1500


class RemotePage(OverPage):
    """Shows and sets the web remote (main thread)."""

    def __init__(self, remote: "Remote", window: QWidget) -> None:
        about = (
            "A page for a phone or a tablet: pads, macros, crossfader, picture and map. It needs no app, no internet."
        )
        super().__init__("Phone remote", about, WIDE, TALL, window)
        self.setObjectName("remotePage")
        self.setAccessibleName("Phone remote")
        self._remote = remote
        self.on, self.state = CheckBox("On"), words("")
        self.state.setWordWrap(True)
        self.lan = CheckBox("Phones and tablets of this network, by PIN")
        self.code = RemoteCode()
        self.hint = words("", 12, 400, STAGE.text3)
        self.hint.setWordWrap(True)
        self.address = words("", 15, 600, STAGE.text_hi, mono=True)
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.also = words("", 11, 400, STAGE.text3)
        self.pin = words("", 28, 600, STAGE.text_hi, mono=True)
        self.copy, self.renew = Btn("Copy", look="raised"), Btn("New PIN", look="raised")
        self.copy.setToolTip("Put the address on the clipboard")
        self.renew.setToolTip("Whoever came in by the old PIN has to type the new one")
        self.port = QLineEdit()
        self.port.setFont(font(12))
        self.port.setFixedSize(72, 28)
        self.port.setAccessibleName("Port")
        self.port.setToolTip("TCP port that is opened")
        self.port.setValidator(QIntValidator(1, 65_535, self.port))
        self.crowd = words("", 12)
        self.crowd.setWordWrap(True)
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._lay_out()
        self._wire()
        self.follow()

    def _lay_out(self) -> None:
        self.column.addWidget(rule())
        line = QHBoxLayout()
        line.setContentsMargins(20, 12, 20, 12)
        line.setSpacing(16)
        line.addWidget(self.on)
        line.addWidget(self.state, 1)
        line.addWidget(words("Port"))
        line.addWidget(self.port)
        self.column.addLayout(line)
        self.column.addWidget(rule())
        body = QHBoxLayout()
        body.setContentsMargins(20, 18, 20, 14)
        body.setSpacing(24)
        body.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.lan)
        right.addSpacing(2)
        right.addWidget(self.hint)
        right.addSpacing(12)
        for title, shown, button in (("Address", self.address, self.copy), ("PIN", self.pin, self.renew)):
            right.addWidget(words(title, 11, 600, STAGE.text3))
            row = QHBoxLayout()
            row.addWidget(shown, 1)
            row.addWidget(button)
            right.addLayout(row)
            if title == "Address":
                right.addWidget(self.also)
            right.addSpacing(8)
        right.addStretch(1)
        body.addLayout(right, 1)
        self.column.addLayout(body, 1)
        self.column.addWidget(rule())
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 12, 20, 14)
        foot.addWidget(self.crowd, 1)
        self.column.addLayout(foot)

    def _wire(self) -> None:
        self.on.clicked.connect(lambda on: self._remote.set(on=bool(on)))
        self.lan.clicked.connect(lambda on: self._remote.set(lan=bool(on)))
        self.renew.clicked.connect(lambda: self._remote.renew())
        self.copy.clicked.connect(self._copy)
        self._copied.timeout.connect(lambda: self.copy.setText("Copy"))
        self.port.editingFinished.connect(self._entered)
        self._remote.changed.connect(self.follow)

    def first_field(self) -> QWidget:
        return self.on

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.address.text())
        self.copy.setText("Copied")
        self._copied.start()

    def _entered(self) -> None:
        port = int(self.port.text() or 8088)
        if port != self._remote.kept.port:
            self._remote.set(port=port)

    def follow(self) -> None:
        """Show it as it is now."""
        remote, kept = self._remote, self._remote.kept
        self.on.setChecked(kept.on)
        self.lan.setChecked(kept.lan)
        self.state.setText(remote.words)
        tint(self.state, STAGE.broken_text if remote.problem else STAGE.text2)
        if not self.port.hasFocus():
            self.port.setText(str(kept.port))
        hosts = remote.hosts
        found, reached = (hosts[0] if hosts else ""), remote.open and kept.lan
        self.address.setText(found or "–")
        self.also.setText(f"Also {', '.join(hosts[1:3])}" if hosts[1:] else "")
        self.also.setVisible(bool(hosts[1:]))
        self.copy.setEnabled(bool(found))
        self.pin.setText(f"{kept.pin[:3]} {kept.pin[3:]}" if reached else "–")
        self.renew.setEnabled(reached)
        spoken = f"QR code of {found}" if reached else "No QR code: no phone can come in"
        self.code.show_text(f"{found}/#pin={kept.pin}" if reached and found else "", spoken)
        self.hint.setText(self._hint(reached))
        crowd = remote.crowd
        self.crowd.setText(f"Connected: {' · '.join(crowd)}" if crowd else "Nobody is connected.")
        self.crowd.setToolTip(plain("\n".join(crowd)))
        tint(self.crowd, STAGE.text if crowd else STAGE.text3)

    def _hint(self, reached: bool) -> str:
        if not self._remote.open:
            return "Switched on, a browser on this computer can open the page. Phones come in with the box above."
        if not reached:
            return "Now only a browser on this computer can open the page."
        return (
            "Point the phone's camera at the code: address and PIN are in it. "
            "Phone and computer have to be in the same network."
        )
