// SPDX-License-Identifier: MIT-0
// A Live Voice button for GNOME 45 and later: click to talk, captions beside it, and a tool for the assistant.
// Only asynchronous calls, and nothing is left behind by disable().
import Clutter from 'gi://Clutter';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Meta from 'gi://Meta';
import Pango from 'gi://Pango';
import St from 'gi://St';
import {Extension} from 'resource:///org/gnome/shell/extensions/extension.js';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import * as PanelMenu from 'resource:///org/gnome/shell/ui/panelMenu.js';

const NAME = 'org.livevoice.LiveVoice1';
const MANAGER = '/org/livevoice/LiveVoice1';
const SESSION = `${MANAGER}/default`;
const HANDLER = '/org/livevoice/GnomeExtension/Tool';

const Manager = Gio.DBusProxy.makeProxyWrapper(`<node><interface name="${NAME}.Manager">
  <method name="RegisterTools">
    <arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
  </method>
  <method name="UnregisterTools"><arg type="o" direction="in"/></method>
</interface></node>`);

const Session = Gio.DBusProxy.makeProxyWrapper(`<node><interface name="${NAME}.Session">
  <method name="Toggle"/>
  <method name="Subscribe"><arg type="as" direction="in"/></method>
  <method name="Unsubscribe"><arg type="as" direction="in"/></method>
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
        this._addButton();
        this._exportTool();
        this._cancellable = new Gio.Cancellable();
        this._offered = false;
        // with no properties to fetch it knows the daemon before the daemon can call the tool
        this._manager = this._newProxy(Manager, MANAGER, Gio.DBusProxyFlags.DO_NOT_LOAD_PROPERTIES,
            () => this._followDaemon());
        this._manager.connectObject('notify::g-name-owner', () => this._followDaemon(), this);
        this._session = this._newProxy(Session, SESSION, Gio.DBusProxyFlags.NONE, () => this._showState());
        this._session.connectObject(
            'g-signal::Transcript', (_proxy, _sender, _name, args) => this._showCaption(...args.deepUnpack()),
            'g-properties-changed', () => this._showState(), this);
        this._showState();
    }

    disable() {
        this._cancellable.cancel();
        this._cancellable = null;
        this._manager.disconnectObject(this);
        this._session.disconnectObject(this);
        if (this._offered) {
            this._session.UnsubscribeAsync(['transcript']).catch(onError);
            this._manager.UnregisterToolsAsync(HANDLER).catch(onError);
        }
        this._manager = this._session = null;
        this._handler.unexport();
        this._handler = null;
        this._button.destroy();
        this._button = this._icon = this._label = null;
    }

    _addButton() {
        const box = new St.BoxLayout({style_class: 'panel-status-menu-box'});
        this._icon = new St.Icon({icon_name: 'audio-input-microphone-symbolic', style_class: 'system-status-icon'});
        this._label = new St.Label({style: 'max-width: 25em', y_align: Clutter.ActorAlign.CENTER});
        this._label.clutter_text.ellipsize = Pango.EllipsizeMode.START; // what is said last stays in sight
        box.add_child(this._icon);
        box.add_child(this._label);
        this._button = new PanelMenu.Button(0.5, this.metadata.name, true);
        this._button.add_child(box);
        this._button.connect('event', (_button, event) => {
            if ([Clutter.EventType.BUTTON_PRESS, Clutter.EventType.TOUCH_BEGIN].includes(event.type()))
                this._toggle();
            return Clutter.EVENT_PROPAGATE;
        });
        Main.panel.addToStatusArea(this.uuid, this._button);
    }

    _exportTool() {
        this._handler = Gio.DBusExportedObject.wrapJSObject(TOOL_HANDLER, {
            CallAsync: (_args, invocation) => this._answer(invocation),
            Cancel() {},
            Released() {},
        });
        this._handler.export(Gio.DBus.session, HANDLER);
    }

    // Can be used at once. The daemon starts when somebody talks, not when somebody logs in.
    _newProxy(Wrapper, path, flags, onReady) {
        const cancellable = this._cancellable;
        return new Wrapper(Gio.DBus.session, NAME, path, (_proxy, error) => {
            if (error)
                onError(error);
            else if (!cancellable.is_cancelled())
                onReady();
        }, cancellable, flags | Gio.DBusProxyFlags.DO_NOT_AUTO_START_AT_CONSTRUCTION);
    }

    // When the daemon has come or gone
    _followDaemon() {
        if (this._manager.g_name_owner)
            this._offer();
        else
            this._offered = false;
    }

    // Once in the life of a daemon
    _offer() {
        if (this._offered)
            return;
        this._offered = true;
        this._session.SubscribeAsync(['transcript']).catch(onError);
        this._manager.RegisterToolsAsync(HANDLER, TOOLS, {
            scope: new GLib.Variant('s', 'shared'),
            provider: new GLib.Variant('s', 'Desktop'),
        }).catch(onError);
    }

    _toggle() {
        this._offer(); // first, for a conversation has the tools that are there when it begins
        this._session.ToggleAsync().catch(onError);
    }

    _answer(invocation) {
        if (invocation.get_sender() !== this._manager.g_name_owner) {
            invocation.return_dbus_error('org.freedesktop.DBus.Error.AccessDenied', 'This tool is for Live Voice');
            return;
        }
        const windows = global.display.get_tab_list(Meta.TabList.NORMAL, null).map(window => window.title);
        invocation.return_value(new GLib.Variant('(s)', [JSON.stringify({windows})]));
    }

    _showCaption(_item, role, text) {
        this._label.text = `${role === 'user' ? '›' : '‹'} ${text.replaceAll('\n', ' ')}`;
    }

    _showState() {
        const on = ![null, 'idle', 'error'].includes(this._session.State);
        this._icon.opacity = on ? 255 : 128;
        this._icon.icon_name = this._session.State === 'paused'
            ? 'microphone-sensitivity-muted-symbolic' : 'audio-input-microphone-symbolic';
        this._label.visible = on;
        if (!on)
            this._label.text = '';
    }
}
