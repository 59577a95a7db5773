// SPDX-License-Identifier: MIT-0
// Starts or ends the conversation, prints its captions and answers "how busy is the computer?" until Ctrl-C: gjs FILE
const {Gio, GLib} = imports.gi;
const NAME = 'org.livevoice.LiveVoice1', MANAGER = '/org/livevoice/LiveVoice1', SESSION = `${MANAGER}/default`;
const call = (path, method, args) => Gio.DBus.session.call(NAME, path, path === SESSION ? `${NAME}.Session` : `${NAME}.Manager`,
    method, args, null, 0, -1, null, (bus, result) => bus.call_finish(result));
const tools = [{name: 'computer_load', description: 'How busy the computer is'}];
const handler = Gio.DBusExportedObject.wrapJSObject(`<node><interface name="${NAME}.ToolHandler">
  <method name="Call"><arg type="s"/><arg type="s"/><arg type="s"/><arg type="a{sv}"/><arg type="s" direction="out"/></method>
</interface></node>`, {Call: () => JSON.stringify({load: imports.byteArray.toString(GLib.file_get_contents('/proc/loadavg')[1])})});
handler.export(Gio.DBus.session, '/org/example/Tool');
Gio.DBus.session.signal_subscribe(NAME, `${NAME}.Session`, 'Transcript', SESSION, null, 0,
    (_bus, _sender, _path, _interface, _signal, args) => print(args.deepUnpack().slice(1, 3).join(': ')));
call(MANAGER, 'RegisterTools', new GLib.Variant('(osa{sv})', ['/org/example/Tool', JSON.stringify(tools), {scope: GLib.Variant.new_string('shared')}]));
call(SESSION, 'Subscribe', new GLib.Variant('(as)', [['transcript']]));
call(SESSION, 'Toggle', null);
new GLib.MainLoop(null, false).run();
