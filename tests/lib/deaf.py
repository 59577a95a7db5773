# SPDX-License-Identifier: GPL-3.0-or-later
"""A program on the bus that asks for things and then reads nothing any more, as one that hangs."""
import os
import socket

from gi.repository import Gio, GLib
from lvclient import NAME


def connect(address):
    """To the socket of a bus; the reply to Hello is left unread. The program ends when its socket is closed."""
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(10)
    sock.connect(str(address))
    sock.sendall(b'\0AUTH EXTERNAL ' + str(os.getuid()).encode().hex().encode() + b'\r\n')
    assert sock.recv(4096).startswith(b'OK ')
    sock.sendall(b'BEGIN\r\n')
    call(sock, 1, 'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'Hello')
    return sock


def call(sock, serial, name, path, interface, method, body=None):
    message = Gio.DBusMessage.new_method_call(name, path, interface, method)
    message.set_serial(serial)
    if body is not None:
        message.set_body(body)
    sock.sendall(message.to_blob(Gio.DBusCapabilityFlags.NONE))


def wait_reply(sock, serial):
    data = b''
    while True:
        data += sock.recv(65536)
        while len(data) >= 16 and len(data) >= (size := Gio.DBusMessage.bytes_needed(data)):
            message = Gio.DBusMessage.new_from_blob(data[:size], Gio.DBusCapabilityFlags.NONE)
            data = data[size:]
            if message.get_reply_serial() == serial:
                assert message.get_message_type() == Gio.DBusMessageType.METHOD_RETURN, message.print_(0)
                return


def subscribe_and_hang(address, path):
    """Returns the socket, once the daemon has taken the subscription."""
    sock = connect(address)
    call(sock, 2, NAME, path, f'{NAME}.Session', 'Subscribe',
         GLib.Variant('(as)', (['transcript', 'levels', 'warnings', 'state', 'details', 'tools'],)))
    wait_reply(sock, 2)
    return sock
