# Tells Keystone the projects, users and services of the tests: seed.py URL GLANCE PLACEMENT NOVA CINDER NEUTRON
import json
import sys
import urllib.error
import urllib.request

url, glance, placement, nova, cinder, neutron = sys.argv[1:]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
token = None


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {'Content-Type': 'application/json'}
    if token:
        headers['X-Auth-Token'] = token
    with opener.open(urllib.request.Request(url + path, data, headers, method=method), timeout=300) as answer:
        text = answer.read()
        return answer.headers, json.loads(text) if text else None


domain = {'id': 'default'}
token = call('POST', '/auth/tokens', {'auth': {
    'identity': {'methods': ['password'], 'password': {'user': {'name': 'admin', 'domain': domain, 'password': 'secret'}}},
    'scope': {'project': {'name': 'admin', 'domain': domain}}}})[0]['X-Subject-Token']
roles = {role['name']: role['id'] for role in call('GET', '/roles')[1]['roles']}
for project, user, password, wanted in (('service', 'svc', 'secret', ('admin', 'service')), ('demo', 'demo', 'demo secret', ('member', 'reader'))):
    project = call('POST', '/projects', {'project': {'name': project, 'domain_id': 'default'}})[1]['project']['id']
    user = call('POST', '/users', {'user': {'name': user, 'domain_id': 'default', 'password': password}})[1]['user']['id']
    for role in wanted:
        if role in roles:
            call('PUT', f'/projects/{project}/users/{user}/roles/{roles[role]}')
for kind, name, address in (
        ('image', 'glance', f'http://127.0.0.1:{glance}'), ('placement', 'placement', f'http://127.0.0.1:{placement}'),
        ('compute', 'nova', f'http://127.0.0.1:{nova}/v2.1'), ('network', 'neutron', f'http://127.0.0.1:{neutron}'),
        ('volumev3', 'cinderv3', f'http://127.0.0.1:{cinder}/v3/%(project_id)s')):
    service = call('POST', '/services', {'service': {'type': kind, 'name': name}})[1]['service']['id']
    call('POST', '/endpoints', {'endpoint': {'service_id': service, 'interface': 'public', 'url': address, 'region_id': 'RegionOne'}})
