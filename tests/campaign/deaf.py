# SPDX-License-Identifier: GPL-3.0-or-later
"""A program on the bus that subscribes to everything and then reads nothing any more, as one that hangs."""
import os
import socket

from gi.repository import Gio, GLib
from lvclient import NAME


def call(sock, serial, name, path, interface, method, body=None):
    message = Gio.DBusMessage.new_method_call(name, path, interface, method)
    message.set_serial(serial)
    if body is not None:
        message.set_body(body)
    sock.sendall(message.to_blob(Gio.DBusCapabilityFlags.NONE))


def subscribe_and_hang(address, path):
    """Returns the socket: the program ends when it is closed."""
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(10)
    sock.connect(str(address))
    sock.sendall(b'\0AUTH EXTERNAL ' + str(os.getuid()).encode().hex().encode() + b'\r\n')
    assert sock.recv(4096).startswith(b'OK ')
    sock.sendall(b'BEGIN\r\n')
    call(sock, 1, 'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'Hello')
    call(sock, 2, NAME, path, f'{NAME}.Session', 'Subscribe',
         GLib.Variant('(as)', (['transcript', 'levels', 'warnings', 'state', 'details', 'tools'],)))
    return sock
