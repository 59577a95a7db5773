// SPDX-License-Identifier: MIT-0
// Starts or ends the conversation, prints its captions and offers it a tool, until Ctrl-C: gjs -m FILE
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

const NAME = 'org.livevoice.LiveVoice1', MANAGER = '/org/livevoice/LiveVoice1', SESSION = `${MANAGER}/default`;
const TOOLS = JSON.stringify([{name: 'computer_uptime', description: 'How long the computer has been running'}]);
const HANDLER_XML = `<node><interface name="${NAME}.ToolHandler">
  <method name="Call"><arg type="s"/><arg type="s"/><arg type="s"/><arg type="a{sv}"/><arg type="s" direction="out"/></method>
</interface></node>`;

const bus = Gio.DBus.session;
Gio._promisify(Gio.DBusConnection.prototype, 'call');
const call = (path, iface, method, parameters = null) => bus.call(
    NAME, path, `${NAME}.${iface}`, method, parameters, null, Gio.DBusCallFlags.NONE, -1, null);

const handler = Gio.DBusExportedObject.wrapJSObject(HANDLER_XML, {
    Call: () => JSON.stringify({minutes: Math.floor(GLib.get_monotonic_time() / 60e6)}),
});
handler.export(bus, '/org/example/Tool');
bus.signal_subscribe(NAME, `${NAME}.Session`, 'Transcript', SESSION, null, Gio.DBusSignalFlags.NONE,
    (_bus, _sender, _path, _iface, _signal, parameters) => {
        const [_item, role, text] = parameters.deepUnpack();
        print(`${role}: ${text}`);
    });
await call(MANAGER, 'Manager', 'RegisterTools', new GLib.Variant('(osa{sv})',
    ['/org/example/Tool', TOOLS, {scope: new GLib.Variant('s', 'shared')}]));
await call(SESSION, 'Session', 'Subscribe', new GLib.Variant('(as)', [['transcript']]));
await call(SESSION, 'Session', 'Toggle');
new GLib.MainLoop(null, false).run();
