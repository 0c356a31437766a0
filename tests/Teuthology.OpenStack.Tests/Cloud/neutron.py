# As much of Neutron as Nova asks for when servers have no network or one port on the only subnet, and as runs leave behind: lists, objects, quota. neutron.py PORT
import json
import sys
import threading
import uuid
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

ONE = {'networks': 'network', 'ports': 'port', 'security-groups': 'security_group', 'security-group-rules': 'security_group_rule', 'floatingips': 'floatingip',
       'subnets': 'subnet', 'routers': 'router', 'agents': 'agent', 'extensions': 'extension'}
LIMITS = {'floatingip': 2, 'port': 50, 'security_group': 10}
store = {kind: {} for kind in ONE}
net = str(uuid.uuid4())
store['networks'][net] = {'id': net, 'name': 'floating', 'status': 'ACTIVE', 'router:external': True, 'shared': False, 'subnets': []}
lock = threading.Lock()
private, subnet = str(uuid.uuid4()), str(uuid.uuid4())
store['networks'][private] = {'id': private, 'name': 'private', 'tenant_id': '', 'status': 'ACTIVE', 'router:external': False, 'shared': True, 'admin_state_up': True, 'mtu': 1500, 'subnets': [subnet]}
store['subnets'][subnet] = {'id': subnet, 'name': 'private', 'network_id': private, 'ip_version': 4, 'cidr': '127.0.0.0/8', 'gateway_ip': None, 'enable_dhcp': False,
                            'dns_nameservers': [], 'host_routes': [], 'allocation_pools': []}


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def answer(self, code, body=None):
        data = b'' if body is None else json.dumps(body).encode()
        self.send_response(code)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.send_header('x-openstack-request-id', f'req-{uuid.uuid4()}')
        self.end_headers()
        self.wfile.write(data)

    def error(self, code, kind, message):
        self.answer(code, {'NeutronError': {'type': kind, 'message': message, 'detail': ''}})

    def do(self):
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        parts = [part for part in url.path.split('/') if part]
        with lock:
            self.serve(parts, parse_qsl(url.query), json.loads(body) if body else None)

    def serve(self, parts, query, body):
        if not parts:
            return self.answer(200, {'versions': [{'id': 'v2.0', 'status': 'CURRENT', 'links': []}]})
        if len(parts) == 4 and parts[1] == 'quotas':
            return self.answer(200, {'quota': {one: {'limit': LIMITS.get(one, -1), 'used': len(store[kind]), 'reserved': 0} for kind, one in ONE.items()}})
        if len(parts) == 3 and parts[1] == 'quotas':
            return self.answer(200, {'quota': {one: LIMITS.get(one, -1) for one in ONE.values()}})
        kind = parts[1] if len(parts) > 1 else ''
        if kind not in ONE:
            return self.error(404, 'HTTPNotFound', 'The resource could not be found.')
        one, objects = ONE[kind], store[kind]
        if len(parts) == 2 and self.command == 'GET':
            return self.listing(kind, query)
        if len(parts) == 2:
            order = body[one]
            if one in LIMITS and len(objects) >= LIMITS[one]:
                return self.error(409, 'OverQuota', f"Quota exceeded for resources: ['{one}'].")
            if one == 'security_group_rule':
                if any(all(rule.get(k) == v for k, v in order.items()) for rule in objects.values()):
                    return self.error(409, 'SecurityGroupRuleExists', 'Security group rule already exists.')
            made = {'id': str(uuid.uuid4()), 'name': '', 'status': 'DOWN', 'device_id': '', 'device_owner': '', 'tags': [], 'created_at': datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ'), **order}
            if one == 'port' and order.get('network_id') == private:
                made = {'fixed_ips': [{'subnet_id': subnet, 'ip_address': '127.0.0.240'}], 'mac_address': 'fa:16:3e:' + ':'.join(made['id'][i:i + 2] for i in (0, 2, 4)), 'binding:vif_type': 'ovs',
                        'binding:vif_details': {}, 'binding:vnic_type': 'normal', 'binding:profile': {}, 'admin_state_up': True, 'allowed_address_pairs': [], **made}
            if one == 'floatingip':
                made['floating_ip_address'] = f'203.0.113.{len(objects) + 10}'
            objects[made['id']] = made
            return self.answer(201, {one: made})
        found = objects.get(parts[2])
        if not found:
            return self.error(404, f'{one}NotFound', f'{one} {parts[2]} could not be found')
        if self.command == 'DELETE':
            if kind == 'security-groups' and any(found['id'] in (port.get('security_groups') or []) for port in store['ports'].values()):
                return self.error(409, 'SecurityGroupInUse', f"Security Group {found['id']} in use.")
            del objects[found['id']]
            return self.answer(204)
        if self.command == 'PUT':
            found.update(body[one])
        self.answer(200, {one: found})

    def listing(self, kind, query):
        name = kind.replace('-', '_')
        options = {key: value for key, value in query if key in ('limit', 'marker', 'fields', 'sort_key', 'sort_dir', 'page_reverse')}
        if kind == 'security-groups':
            query = [(key, value) for key, value in query if key not in ('tenant_id', 'project_id')]  # whose a thing is, nobody told
        wanted = {}
        for key, value in query:
            if key not in options:
                wanted.setdefault(key, []).append(value)
        found = [o for o in store[kind].values() if all(str(o.get(key, '')) in values for key, values in wanted.items())]
        if kind == 'security-groups':
            found = [{**g, 'security_group_rules': [r for r in store['security-group-rules'].values() if r['security_group_id'] == g['id']]} for g in found]
        found.sort(key=lambda o: o['id'])
        if 'marker' in options:
            found = [o for o in found if o['id'] > options['marker']]
        body = {name: found}
        limit = int(options.get('limit') or 0)
        if limit and len(found) > limit:
            body[name] = found[:limit]
            body[f'{name}_links'] = [{'rel': 'next', 'href': f'http://neutron.internal{self.path.split("?")[0]}?limit={limit}&marker={found[limit - 1]["id"]}'}]
        self.answer(200, body)

    def log_message(self, *args):
        pass

    do_GET = do_POST = do_PUT = do_DELETE = do


ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
