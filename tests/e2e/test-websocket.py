#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to the service: TLS verified against a private authority or refused, proxies used, credentials of every kind in
a header and nowhere else, keys kept in the keyring or in a file, and no secret in any log."""
import functools
import json
import os
import pathlib
import pty
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from cloud import TLS, Cloud, Proxy  # noqa: E402
from lvclient import error_name, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402

BUILD = os.environ['builddir']
KEY = 'AIzaSecret-0123456789'
TOKEN = 'ya29.secret-token'
API = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent'
VERTEX = '/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent'
MODELS = {'models': [{'name': 'models/live-one', 'displayName': 'One', 'supportedGenerationMethods': ['bidiGenerateContent']},
                     {'name': 'models/no', 'supportedGenerationMethods': ['generateContent']}]}


class Way(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='lv-home-'))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.cloud = Cloud()
        self.addCleanup(self.cloud.stop)
        self.daemon = None

    def start(self, endpoint, ca='ca.pem', proxy='none', env=None, name='cloud'):
        """A daemon whose default profile uses this endpoint, with everything in its log."""
        config = f'''[endpoint {name}]
base-url=wss://{self.cloud.address}
ca-file={TLS / ca}
proxy={proxy}
{endpoint}
[profile default]
endpoint={name}
audio=none
'''
        self.daemon = Daemon(BUILD, config, {'XDG_CONFIG_HOME': str(self.home), 'HOME': str(self.home),
                                             'G_MESSAGES_DEBUG': 'all', **(env or {})})
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.end)
        return self.daemon.connect()

    def end(self):
        self.daemon.stop()
        log = self.daemon.read_log()
        self.assertIn('DEBUG', log)  # it was written at all
        for secret in (KEY, TOKEN):
            self.assertNotIn(secret, log)

    def converse(self, client):
        client.session('Start', '(a{sv})', {})
        client.wait_state('listening')
        [(line, headers)] = self.cloud.upgrades()
        self.assertNotIn(KEY, line)
        self.assertNotIn(TOKEN, line)
        client.session('Stop')
        return line.split()[1], headers

    def end_badly(self, client):
        """The name of the error that the conversation ends with, and its sentence."""
        client.session('Start', '(a{sv})', {})
        client.wait_state('error')
        name, sentence = client.get('LastError')
        return name.rsplit('.', 1)[-1], sentence

    # --- TLS and proxies ---

    def test_private_authority(self):
        client = self.start('', env={'GEMINI_API_KEY': KEY})
        path, headers = self.converse(client)
        self.assertEqual((path, headers['x-goog-api-key']), (API, KEY))
        self.assertNotIn('authorization', headers)
        self.assertTrue(client.get('HasCredential', '/org/livevoice/LiveVoice1', 'Manager'))

    def test_unknown_authority(self):
        name, sentence = self.end_badly(self.start('', ca='other-ca.pem', env={'GEMINI_API_KEY': KEY}))
        self.assertEqual(name, 'Network')
        self.assertIn('certificate could not be verified', sentence)
        self.assertEqual(self.cloud.requests, [])

    def test_system_does_not_know_it(self):
        client = self.start('', env={'GEMINI_API_KEY': KEY})
        path = client.manager('CreateSession', '(a{sv})', {'audio': GLib.Variant('s', 'none'), 'endpoint': GLib.Variant(
            's', f'wss://{self.cloud.address}/')})
        client.session('Start', '(a{sv})', {}, path=path)
        wait_until(lambda: client.get('State', path=path) == 'error', 10, 'refusal')
        self.assertIn('certificate', client.get('LastError', path=path)[1])
        self.assertEqual(self.cloud.requests, [])

    def test_proxy(self):
        proxy = Proxy()
        self.addCleanup(proxy.stop)
        path, headers = self.converse(self.start('', proxy=f'http://127.0.0.1:{proxy.port}', env={'GEMINI_API_KEY': KEY}))
        self.assertEqual(proxy.asked, [('CONNECT', self.cloud.address)])
        self.assertEqual(headers['x-goog-api-key'], KEY)

    def test_proxy_of_the_environment(self):
        proxy = Proxy()
        self.addCleanup(proxy.stop)
        self.converse(self.start('', proxy='', env={'GEMINI_API_KEY': KEY, 'https_proxy': f'http://127.0.0.1:{proxy.port}',
                                                    'no_proxy': ''}))
        self.assertEqual(proxy.asked, [('CONNECT', self.cloud.address)])

    def test_plain_is_refused(self):
        client = self.start('', env={'GEMINI_API_KEY': KEY})
        for url in ('ws://192.0.2.1/', 'ws://voice.example/', 'http://127.0.0.1/', f'wss://{self.cloud.address}/?key={KEY}'):
            with self.subTest(url), self.assertRaises(GLib.Error) as refused:
                client.manager('CreateSession', '(a{sv})', {'endpoint': GLib.Variant('s', url)})
            self.assertEqual(error_name(refused.exception), 'InvalidArgs')
            self.assertNotIn(KEY, refused.exception.message)
        self.assertIn('plain ws:// is for this machine only', self.refuse('base-url=ws://voice.example'))
        self.converse(client)

    def refuse(self, line):
        """What the daemon says to a configuration with this line."""
        path = self.home / 'bad.conf'
        path.write_text(f'[endpoint x]\n{line}\n')
        done = subprocess.run([f'{BUILD}/src/daemon/livevoiced', '--config', str(path)], capture_output=True, text=True,
                              env={**self.daemon.env}, timeout=20)
        self.assertNotEqual(done.returncode, 0)
        return done.stderr

    # --- credentials ---

    def test_ephemeral_token(self):
        (self.home / 'livevoice').mkdir()
        secret = self.home / 'livevoice' / 'short'
        secret.write_text(TOKEN)
        secret.chmod(0o600)
        path, headers = self.converse(self.start('credential=ephemeral\ncredential-name=short'))
        self.assertEqual((path, headers['authorization']), (API + 'Constrained', 'Token ' + TOKEN))
        self.assertNotIn('x-goog-api-key', headers)

    @staticmethod
    @functools.cache
    def make_private_key():
        return subprocess.run(['openssl', 'genpkey', '-algorithm', 'RSA'], capture_output=True, text=True, check=True).stdout

    def make_service_account(self):
        path = self.home / 'robot.json'
        path.write_text(json.dumps({'type': 'service_account', 'client_email': 'robot@example.org', 'private_key': self.make_private_key(),
                                    'token_uri': f'https://{self.cloud.address}/token'}))
        return path

    def test_service_account(self):
        self.cloud.answers['/token'] = (200, {'access_token': TOKEN, 'expires_in': 3600})
        client = self.start(f'api=vertex\nproject=p\nlocation=eu\ncredential=service-account\n'
                            f'credential-file={self.make_service_account()}\ncredential-ca-file={TLS}/ca.pem')
        path, headers = self.converse(client)
        self.assertEqual((path, headers['authorization']), (VERTEX, 'Bearer ' + TOKEN))
        self.assertTrue(self.cloud.setups[0]['model'].startswith('projects/p/locations/eu/publishers/google/models/'))
        client.wait_state('idle')
        client.session('Start', '(a{sv})', {})
        client.wait_state('listening')
        self.assertEqual(len([line for line, _, _ in self.cloud.requests if '/token' in line]), 1)  # kept

    def test_service_account_refused(self):
        self.cloud.answers['/token'] = (400, {'error': 'invalid_grant', 'error_description': 'Account was deleted.'})
        name, sentence = self.end_badly(self.start(f'api=vertex\nproject=p\ncredential=service-account\n'
                                              f'credential-file={self.make_service_account()}\n'
                                              f'credential-ca-file={TLS}/ca.pem'))
        self.assertEqual(name, 'Authentication')
        self.assertIn('Account was deleted.', sentence)
        self.assertEqual(self.cloud.upgrades(), [])

    def test_metadata_server(self):
        metadata = Cloud(tls=False)
        self.addCleanup(metadata.stop)
        metadata.answers['/computeMetadata/v1/instance/service-accounts/default/token'] = (
            200, {'access_token': TOKEN, 'expires_in': 3600})
        _, headers = self.converse(self.start(f'api=vertex\nproject=p\ncredential=adc\nmetadata-url=http://{metadata.address}'))
        self.assertEqual(headers['authorization'], 'Bearer ' + TOKEN)
        self.assertEqual(metadata.requests[0][1]['metadata-flavor'], 'Google')

    def test_command(self):
        _, headers = self.converse(self.start(f'api=vertex\nproject=p\ncredential=command\ncredential-command=printf {TOKEN}'))
        self.assertEqual(headers['authorization'], 'Bearer ' + TOKEN)

    # --- livevoicectl, and where keys rest ---

    def run_ctl(self, *arguments, **options):
        return subprocess.run([f'{BUILD}/src/cli/livevoicectl', *arguments], env=self.quiet(), capture_output=True,
                              text=True, timeout=30, **options)

    def quiet(self):
        return {name: value for name, value in self.daemon.env.items() if name != 'G_MESSAGES_DEBUG'}

    def test_login_keeps_a_file(self):
        client = self.start('', name='gemini')
        self.cloud.answers['/v1beta/models'] = (200, MODELS)
        self.cloud.answers['/v1beta/auth_tokens'] = (200, {'name': 'auth_tokens/short'})
        done = self.run_ctl('login', input=KEY + '\n')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        kept = self.home / 'livevoice' / 'gemini-api-key'
        self.assertEqual((kept.read_text(), kept.stat().st_mode & 0o777), (KEY, 0o600))
        self.assertEqual(self.converse(client)[1]['x-goog-api-key'], KEY)
        self.assertEqual(self.run_ctl('models').stdout, 'live-one  One\n')
        self.assertEqual(self.run_ctl('token').stdout, 'auth_tokens/short\n')
        self.assertIn('Kore  Firm\n', self.run_ctl('voices').stdout)
        self.assertEqual(self.run_ctl('logout').returncode, 0)
        self.assertFalse(kept.exists())
        self.assertFalse(client.get('HasCredential', '/org/livevoice/LiveVoice1', 'Manager'))

    def test_login_with_a_wrong_key(self):
        self.start('', name='gemini')
        self.cloud.answers['/v1beta/models'] = (400, {'error': {'message': 'API key not valid. Please pass a valid API key.'}})
        done = self.run_ctl('login', input=KEY + '\n')
        self.assertEqual(done.returncode, 1)
        self.assertIn('The key was not kept: ', done.stderr)
        self.assertIn('does not accept the API key', done.stderr)
        self.assertFalse((self.home / 'livevoice' / 'gemini-api-key').exists())
        self.assertEqual(self.run_ctl('login', input='two words').returncode, 1)
        self.assertEqual(self.run_ctl('login', input='').returncode, 2)

    def test_login_without_a_network(self):
        self.start('', name='gemini')
        self.cloud.answers['/v1beta/models'] = (503, {'error': {'message': 'The service is down.'}})
        done = self.run_ctl('login', input=KEY + '\n')
        self.assertEqual(done.returncode, 0)
        self.assertIn('could not be checked', done.stderr)
        self.assertEqual((self.home / 'livevoice' / 'gemini-api-key').read_text(), KEY)

    def test_login_shows_nothing(self):
        self.start('', name='gemini')
        self.cloud.answers['/v1beta/models'] = (200, MODELS)
        master, terminal = pty.openpty()
        child = subprocess.Popen([f'{BUILD}/src/cli/livevoicectl', 'login'], env=self.quiet(), stdin=terminal, stdout=terminal,
                                 stderr=terminal)
        os.close(terminal)
        shown = os.read(master, 1000)
        self.assertIn(b'API key', shown)
        os.write(master, KEY.encode() + b'\n')
        self.assertEqual(child.wait(20), 0)
        shown += os.read(master, 1000)
        os.close(master)
        self.assertNotIn(KEY.encode(), shown)
        self.assertEqual((self.home / 'livevoice' / 'gemini-api-key').read_text(), KEY)

    def test_login_keeps_it_in_the_keyring(self):
        client = self.start('', name='gemini')
        self.cloud.answers['/v1beta/models'] = (200, MODELS)
        keyring = self.daemon.spawn('gnome-keyring-daemon', '--unlock', '--components=secrets', '--foreground',
                                    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        keyring.stdin.write(b'password')
        keyring.stdin.close()
        wait_until(lambda: client.bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'NameHasOwner', GLib.Variant(
            '(s)', ('org.freedesktop.secrets',)), None, 0, 5000, None).unpack()[0], 10, 'keyring')
        done = self.run_ctl('login', input=KEY + '\n')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertEqual(os.listdir(self.home / 'livevoice'), ['gemini-api-key.in-keyring'])
        self.assertEqual(self.converse(client)[1]['x-goog-api-key'], KEY)
        self.assertEqual(self.run_ctl('logout').returncode, 0)
        self.assertEqual(os.listdir(self.home / 'livevoice'), [])
        with self.assertRaises(GLib.Error) as refused:
            client.session('Start', '(a{sv})', {})
        self.assertEqual(error_name(refused.exception), 'NoCredential')


unittest.main(verbosity=2)
