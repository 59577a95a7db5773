// SPDX-License-Identifier: MIT-0
// Live Voice for gjs and for extensions of GNOME Shell 45 and later: the captions of the conversation that all programs
// share, tools for it, and a switch. Only asynchronous calls; does not start the daemon before toggle(), and follows a
// new one. Copy it beside your program.
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

const NAME = 'org.livevoice.LiveVoice1';
const MANAGER = '/org/livevoice/LiveVoice1';
const SESSION = `${MANAGER}/default`;
const TOOL_HANDLER = `<node><interface name="${NAME}.ToolHandler">
  <method name="Call">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="s" direction="out"/>
  </method>
  <method name="Cancel"><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
  <method name="Released"><arg type="s" direction="in"/></method>
</interface></node>`;

function call(path, iface, method, parameters = null) {
    return new Promise((resolve, reject) => Gio.DBus.session.call(
        NAME, path, `${NAME}.${iface}`, method, parameters, null, Gio.DBusCallFlags.NONE, -1, null, (bus, result) => {
            try {
                resolve(bus.call_finish(result));
            } catch (error) {
                reject(error);
            }
        }));
}

const warn = error => console.warn(`Live Voice: ${error.message}`);

export class LiveVoice {
    constructor() {
        this.onCaption = null; // function (role, text, final); the whole text again whenever it grows
        this._tools = new Map(); // name -> {declaration, run}
        this._daemon = null; // its unique name while it runs
        this._offered = false;
        this._path = `/org/livevoice/client/${GLib.uuid_string_random().replaceAll('-', '')}`;
        this._handler = Gio.DBusExportedObject.wrapJSObject(TOOL_HANDLER, {
            CallAsync: ([, name, args], invocation) => this._answer(name, args, invocation),
            Cancel() {},
            Released() {},
        });
        this._handler.export(Gio.DBus.session, this._path);
        this._captions = Gio.DBus.session.signal_subscribe(
            NAME, `${NAME}.Session`, 'Transcript', SESSION, null, Gio.DBusSignalFlags.NONE,
            (_bus, _sender, _path, _iface, _signal, parameters) => this._showCaption(...parameters.deepUnpack()));
        this._dropped = Gio.DBus.session.signal_subscribe( // after a long standstill of this program
            NAME, `${NAME}.Session`, 'Warning', SESSION, 'unsubscribed', Gio.DBusSignalFlags.NONE,
            () => this._subscribe().catch(warn));
        this._watch = Gio.bus_watch_name_on_connection(Gio.DBus.session, NAME, Gio.BusNameWatcherFlags.NONE,
            (_bus, _name, owner) => this._follow(owner), () => this._forget());
    }

    // The model may call run(args) and is given what it returns, or throws, now or as a promise. parameters: JSON schema
    // of args
    addTool(name, description, run, parameters = undefined) {
        this._tools.set(name, {declaration: {name, description, parameters}, run});
        if (this._offered)
            this._register().catch(warn);
    }

    // Starts or ends the conversation
    async toggle() {
        await this._offer(); // first, for a conversation has the tools that are there when it begins
        await call(SESSION, 'Session', 'Toggle');
    }

    // Takes back everything; for disable() of an extension
    destroy() {
        Gio.bus_unwatch_name(this._watch);
        Gio.DBus.session.signal_unsubscribe(this._captions);
        Gio.DBus.session.signal_unsubscribe(this._dropped);
        this._handler.unexport();
        if (!this._daemon)
            return;
        call(SESSION, 'Session', 'Unsubscribe', new GLib.Variant('(as)', [['transcript']])).catch(warn);
        if (this._tools.size)
            call(MANAGER, 'Manager', 'UnregisterTools', new GLib.Variant('(o)', [this._path])).catch(warn);
    }

    async _offer() {
        if (this._offered)
            return;
        this._offered = true;
        await this._subscribe();
        await this._register();
    }

    async _subscribe() {
        await call(SESSION, 'Session', 'Subscribe', new GLib.Variant('(as)', [['transcript']]));
    }

    async _register() {
        const declarations = [...this._tools.values()].map(tool => tool.declaration);
        if (declarations.length)
            await call(MANAGER, 'Manager', 'RegisterTools', new GLib.Variant('(osa{sv})',
                [this._path, JSON.stringify(declarations), {scope: new GLib.Variant('s', 'shared')}]));
    }

    _follow(owner) {
        this._daemon = owner;
        this._offer().catch(warn);
    }

    _forget() {
        if (this._daemon)
            this._offered = false;
        this._daemon = null;
    }

    _showCaption(_item, role, text, final) {
        this.onCaption?.(role, text, final);
    }

    async _answer(name, args, invocation) {
        try {
            if (invocation.get_sender() !== this._daemon)
                throw new Error('This tool is for Live Voice');
            const result = await this._tools.get(name).run(JSON.parse(args));
            invocation.return_value(new GLib.Variant('(s)', [JSON.stringify(result ?? null)]));
        } catch (error) { // the model is told, and can say what went wrong
            invocation.return_dbus_error('org.livevoice.Client.Error.Failed', error.message);
        }
    }
}
