# OpenStack's services of Debian's packages on the loopback, in one directory and one process namespace.
# cloud.sh ROOT DEBS KEYSTONE PLACEMENT GLANCE NOVA CINDER NEUTRON RABBIT DIST EPMD: says "ready", then obeys "stop NAME" and "start NAME"
# from its input and says "done"; when the input ends, so does everything.
set -u
root=$1 debs=$2 keystone=$3 placement=$4 glance=$5 nova=$6 cinder=$7 neutron=$8 rabbit=$9
shift 9
dist=$1 epmd=$2
cd "$root" || exit 1
mkdir -p run log db img bin rabbit/mnesia state/{fernet,cred,staging,tasks,home} state/nova/{instances,lock} state/cinder/lock
export HOME=$root/state/home PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore LC_ALL=C.UTF-8 TMPDIR=$root/state OS_LOG_LEVEL=
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY
here=127.0.0.1
python=/usr/bin/python3

user() { # section...: who a service is to Keystone
    for section; do
        printf '[%s]\nwww_authenticate_uri=http://%s:%s/v3\nauth_url=http://%s:%s/v3\nauth_type=password\nusername=svc\npassword=secret\nproject_name=service\nuser_domain_id=default\nproject_domain_id=default\nregion_name=RegionOne\nvalid_interfaces=public\n' \
            "$section" $here "$keystone" $here "$keystone"
        case $section in
            glance) printf 'api_servers=http://%s:%s\n' $here "$glance" ;;
            cinder) printf 'catalog_info=volumev3::publicURL\nos_region_name=RegionOne\n' ;;
            keystone_authtoken) [ -n "${remembers-}" ] || printf 'token_cache_time=-1\n' ;; # a revoked token is refused at once
            service_user) printf 'send_service_user_token=false\n' ;;
        esac
    done
}
sqlite() { printf 'connection=sqlite:///%s/db/%s.db?timeout=60\nsqlite_synchronous=false\n' "$root" "$1"; }
queue=rabbit://guest:guest@$here:$rabbit/

cat >keystone.conf <<C
[DEFAULT]
log_file=$root/log/keystone.log
[database]
$(sqlite keystone)
[fernet_tokens]
key_repository=$root/state/fernet
[fernet_receipts]
key_repository=$root/state/fernet
[credential]
key_repository=$root/state/cred
[identity]
password_hash_rounds=4
C
cat >placement.conf <<C
[DEFAULT]
log_file=$root/log/placement.log
[api]
auth_strategy=keystone
[placement_database]
$(sqlite placement)
$(remembers=yes user keystone_authtoken)
C
cat >glance.conf <<C
[DEFAULT]
bind_host=$here
bind_port=$glance
workers=0
log_file=$root/log/glance.log
enabled_backends=fs:file
[database]
$(sqlite glance)
[glance_store]
default_backend=fs
[fs]
filesystem_store_datadir=$root/img
[os_glance_staging_store]
filesystem_store_datadir=$root/state/staging
[os_glance_tasks_store]
filesystem_store_datadir=$root/state/tasks
[paste_deploy]
flavor=keystone
config_file=$debs/usr/share/glance-common/glance-api-paste.ini
$(user keystone_authtoken)
C
cat >nova.conf <<C
[DEFAULT]
log_dir=$root/log
state_path=$root/state/nova
instances_path=$root/state/nova/instances
my_ip=$here
host=fakehost
compute_driver=fake.FakeDriver
transport_url=$queue
osapi_compute_listen=$here
osapi_compute_listen_port=$nova
osapi_compute_workers=1
enabled_apis=osapi_compute
service_down_time=600
rpc_response_timeout=180
[api]
auth_strategy=keystone
[wsgi]
api_paste_config=$debs/usr/share/nova-common/api-paste.ini
[api_database]
$(sqlite nova_api)
[database]
$(sqlite nova)
[conductor]
workers=1
[scheduler]
workers=1
discover_hosts_in_cells_interval=10
[filter_scheduler]
enabled_filters=ComputeFilter
[oslo_concurrency]
lock_path=$root/state/nova/lock
[vnc]
enabled=false
$(user keystone_authtoken service_user placement neutron glance cinder)
C
cat >cinder.conf <<C
[DEFAULT]
log_dir=$root/log
state_path=$root/state/cinder
host=fakehost
my_ip=$here
osapi_volume_listen=$here
osapi_volume_listen_port=$cinder
osapi_volume_workers=1
api_paste_config=$debs/usr/share/cinder-common/api-paste.ini
resource_query_filters_file=$debs/etc/cinder/resource_filters.json
auth_strategy=keystone
transport_url=$queue
enabled_backends=fake
default_volume_type=fake
service_down_time=600
rpc_response_timeout=180
glance_api_servers=http://$here:$glance
[fake]
volume_driver=cinder.tests.fake_driver.FakeLoggingVolumeDriver
volume_backend_name=fake
volume_group=fake
[database]
$(sqlite cinder)
[oslo_concurrency]
lock_path=$root/state/cinder/lock
$(user keystone_authtoken)
C
cat >rabbit/rabbitmq.conf <<C
listeners.tcp.local = $here:$rabbit
log.console = false
C
echo '[].' >rabbit/plugins
echo '[].' >rabbit/advanced.config
printf teuthology >rabbit/.erlang.cookie
chmod 600 rabbit/.erlang.cookie

for program in nova-conductor nova-scheduler nova-compute nova-manage cinder-scheduler cinder-volume cinder-manage; do
    module=${program#*-}
    printf 'import sys\nfrom %s.cmd.%s import main\nsys.exit(main())\n' "${program%%-*}" "$module" >bin/$program
done

uwsgi() { # name port file
    launch "$1" uwsgi_python3 --master --die-on-term --need-app --enable-threads --lazy-apps --buffer-size 65535 --processes 1 --threads 1 --add-header Connection:close \
        --http-socket "$here:$2" --wsgi-file "$3"
}
launch() { # name command...
    setsid "${@:2}" >>"log/$1.out" 2>&1 </dev/null 9>&- &
    echo $! >"run/$1.pid"
}
start() {
    case $1 in
        keystone) OS_KEYSTONE_CONFIG_FILES=$root/keystone.conf uwsgi keystone "$keystone" /usr/bin/keystone-wsgi-public ;;
        placement) OS_PLACEMENT_CONFIG_DIR=$root uwsgi placement "$placement" /usr/bin/placement-api ;;
        glance) launch glance $python "$debs/usr/bin/glance-api" --config-file glance.conf ;;
        neutron) launch neutron $python neutron.py "$neutron" ;;
        nova-api) launch nova-api $python "$debs/usr/bin/nova-api" --config-file nova.conf ;;
        cinder-api) launch cinder-api $python "$debs/usr/bin/cinder-api" --config-file cinder.conf ;;
        nova-*) launch "$1" $python "bin/$1" --config-file nova.conf ;;
        cinder-*) launch "$1" $python "bin/$1" --config-file cinder.conf ;;
        rabbit)
            HOME=$root/rabbit ERL_EPMD_ADDRESS=$here ERL_EPMD_PORT=$epmd RABBITMQ_NODENAME=teuthology$rabbit@localhost RABBITMQ_CONFIG_FILE=$root/rabbit/rabbitmq.conf \
            RABBITMQ_ADVANCED_CONFIG_FILE=$root/rabbit/advanced.config \
            RABBITMQ_MNESIA_BASE=$root/rabbit/mnesia RABBITMQ_LOG_BASE=$root/log RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_ENABLED_PLUGINS_FILE=$root/rabbit/plugins \
            RABBITMQ_DIST_PORT=$dist RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +S 1:1" \
                launch rabbit /usr/lib/rabbitmq/bin/rabbitmq-server ;;
    esac
}
stop() {
    read -r leader <"run/$1.pid"
    kill -KILL -- "-$leader"
    wait "$leader" 2>/dev/null
}
answers() { # port path seconds
    for _ in $(seq $(($3 * 5))); do
        [ "$(curl -s -o /dev/null --noproxy '*' -w '%{http_code}' "http://$here:$1$2")" != 000 ] && return 0
        sleep .2
    done
    echo "port $1 does not answer" >&2
    return 1
}
listens() { # port seconds
    for _ in $(seq $(($2 * 5))); do
        (exec 8<>"/dev/tcp/$here/$1") 2>/dev/null && return 0
        sleep .2
    done
    echo "port $1 is not open" >&2
    return 1
}
wal() { for db; do sqlite3 "db/$db.db" 'PRAGMA journal_mode=WAL' >/dev/null || return; done; }
nova_manage() { $python bin/nova-manage --config-file nova.conf "$@"; }
url=http://$here:$keystone/v3

start rabbit
start neutron
( # Keystone, and who and what it knows
    set -e
    keystone-manage --config-file keystone.conf db_sync
    wal keystone
    keystone-manage --config-file keystone.conf fernet_setup --keystone-user root --keystone-group root
    keystone-manage --config-file keystone.conf credential_setup --keystone-user root --keystone-group root
    keystone-manage --config-file keystone.conf bootstrap --bootstrap-password secret --bootstrap-username admin --bootstrap-project-name admin --bootstrap-region-id RegionOne \
        --bootstrap-admin-url "$url" --bootstrap-public-url "$url" --bootstrap-internal-url "$url"
) >log/keystone-setup.out 2>&1 &
keystone_setup=$!
(
    set -e
    $python "$debs/usr/bin/glance-manage" --config-file glance.conf db_sync
    placement-manage --config-file placement.conf db sync
    wal glance placement
) >log/glance-setup.out 2>&1 &
glance_setup=$!
(
    set -e
    nova_manage api_db sync
    nova_manage cell_v2 map_cell0 --database_connection "sqlite:///$root/db/nova_cell0.db?timeout=60"
    nova_manage db sync
    nova_manage cell_v2 create_cell --name cell1
    wal nova nova_api nova_cell0
) >log/nova-setup.out 2>&1 &
nova_setup=$!
wait $keystone_setup || { tail -n 20 log/keystone-setup.out >&2; exit 1; }
start keystone
( $python bin/cinder-manage --config-file cinder.conf db sync && wal cinder ) >log/cinder-setup.out 2>&1 &
cinder_setup=$!
answers "$keystone" /v3 900 || exit 1
$python seed.py "$url" "$glance" "$placement" "$nova" "$cinder" "$neutron" >log/seed.out 2>&1 || { tail -n 20 log/seed.out >&2; exit 1; }
wait $glance_setup || { tail -n 20 log/glance-setup.out >&2; exit 1; }
start glance
start placement
wait $nova_setup || { tail -n 20 log/nova-setup.out >&2; exit 1; }
listens "$rabbit" 900 || exit 1
start nova-conductor
start nova-scheduler
start nova-api
answers "$placement" / 900 || exit 1
start nova-compute
wait $cinder_setup || { tail -n 20 log/cinder-setup.out >&2; exit 1; }
start cinder-api
start cinder-scheduler
start cinder-volume
for port in $glance $nova $cinder $neutron; do answers "$port" / 900 || exit 1; done
echo ready

while read -r verb name; do
    "$verb" "$name"
    echo done
done
