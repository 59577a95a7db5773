// SPDX-License-Identifier: MIT-0
// A Live Voice button for GNOME 45 and later: click to talk, captions beside it, and a tool for the assistant.
// Only asynchronous calls, and nothing is left behind by disable().
import Clutter from 'gi://Clutter';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import St from 'gi://St';
import {Extension} from 'resource:///org/gnome/shell/extensions/extension.js';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import * as PanelMenu from 'resource:///org/gnome/shell/ui/panelMenu.js';

const NAME = 'org.livevoice.LiveVoice1';
const MANAGER = '/org/livevoice/LiveVoice1';
const HANDLER = '/org/livevoice/GnomeExtension/Tool';

const Session = Gio.DBusProxy.makeProxyWrapper(`<node><interface name="${NAME}.Session">
  <method name="Toggle"/>
  <method name="Subscribe"><arg type="as" direction="in"/></method>
  <method name="Unsubscribe"/>
  <signal name="Transcript"><arg type="u"/><arg type="s"/><arg type="s"/><arg type="b"/></signal>
  <property name="State" type="s" access="read"/>
</interface></node>`);

const TOOL_HANDLER = `<node><interface name="${NAME}.ToolHandler">
  <method name="Call">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="s" direction="out"/>
  </method>
  <method name="Cancel"><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
  <method name="Released"><arg type="s" direction="in"/></method>
</interface></node>`;

const TOOLS = JSON.stringify([{
    name: 'list_windows',
    description: 'Lists the titles of the windows that are open on the desktop',
    risk: 'read',
}]);

const onError = error => {
    if (!error.matches?.(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED))
        console.warn(`Live Voice: ${error.message}`);
};

export default class LiveVoiceExtension extends Extension {
    enable() {
        this._cancellable = new Gio.Cancellable();
        this._addButton();
        this._handler = Gio.DBusExportedObject.wrapJSObject(TOOL_HANDLER, {
            Call: () => JSON.stringify({windows: global.get_window_actors().map(actor => actor.meta_window.title)}),
            Cancel() {},
            Released() {},
        });
        this._handler.export(Gio.DBus.session, HANDLER);
        this._connect(this._cancellable).catch(onError);
    }

    disable() {
        this._cancellable.cancel();
        this._cancellable = null;
        if (this._session) {
            this._session.disconnectSignal(this._transcriptId);
            this._handlerIds.forEach(id => this._session.disconnect(id));
            if (this._session.g_name_owner) {
                this._session.UnsubscribeAsync().catch(onError);
                this._callManager('UnregisterTools', new GLib.Variant('(o)', [HANDLER]), null);
            }
            this._session = null;
        }
        this._handler.unexport();
        this._handler = null;
        this._button.destroy();
        this._button = this._icon = this._label = null;
    }

    _addButton() {
        const box = new St.BoxLayout({style_class: 'panel-status-menu-box'});
        this._icon = new St.Icon({icon_name: 'audio-input-microphone-symbolic', style_class: 'system-status-icon'});
        this._label = new St.Label({y_align: Clutter.ActorAlign.CENTER});
        box.add_child(this._icon);
        box.add_child(this._label);
        this._button = new PanelMenu.Button(0.5, this.metadata.name, true);
        this._button.add_child(box);
        this._button.connect('button-press-event', () => {
            this._session?.ToggleAsync().catch(onError);
            return Clutter.EVENT_STOP;
        });
        Main.panel.addToStatusArea(this.uuid, this._button);
    }

    async _connect(cancellable) {
        // the daemon starts when somebody talks, not when somebody logs in
        const session = await Session.newAsync(Gio.DBus.session, NAME, `${MANAGER}/default`, cancellable,
            Gio.DBusProxyFlags.DO_NOT_AUTO_START_AT_CONSTRUCTION);
        if (cancellable.is_cancelled())
            return;
        this._session = session;
        this._transcriptId = session.connectSignal('Transcript', (_proxy, _sender, [, role, text]) => {
            this._label.text = `${role === 'user' ? '›' : '‹'} ${text}`;
        });
        this._handlerIds = [
            session.connect('g-properties-changed', () => this._showState()),
            session.connect('notify::g-name-owner', () => this._register()),
        ];
        this._register();
    }

    // Also after the daemon has come back
    _register() {
        this._showState();
        if (!this._session.g_name_owner)
            return;
        this._session.SubscribeAsync(['transcript']).catch(onError);
        this._callManager('RegisterTools', new GLib.Variant('(osa{sv})',
            [HANDLER, TOOLS, {scope: GLib.Variant.new_string('shared'), provider: GLib.Variant.new_string('Desktop')}]),
        this._cancellable);
    }

    _callManager(method, parameters, cancellable) {
        Gio.DBus.session.call(NAME, MANAGER, `${NAME}.Manager`, method, parameters, null,
            Gio.DBusCallFlags.NO_AUTO_START, -1, cancellable, (bus, result) => {
                try {
                    bus.call_finish(result);
                } catch (error) {
                    onError(error);
                }
            });
    }

    _showState() {
        const on = ![null, 'idle', 'error'].includes(this._session.State);
        this._icon.opacity = on ? 255 : 128;
        if (!on)
            this._label.text = '';
    }
}
