# The guardian: keeps a controller's commands on this host. POSIX sh with mkfifo, tee, tail, grep; nothing is installed.
#
# State: BASE/teuthology-UID-HOST/      HOST stands for its host key: several may share a file system. BASE is what the controller says, or the
#                                       host by TEUTHOLOGY_GUARDIAN in the environment, or the first of /dev/shm, /run/user/UID, /tmp that will do
#        .../fence                     highest fence seen
#        .../ID/                       one controller: due (uptime at which its lease ends), job, keeper; ending: it is being ended, and which
#                                      processes that is about
#        .../ID/LANE/                  one worker that runs commands one after another:
#            now                       number and process group of the running command (group - when none), then its text
#            in out err feed           pipes; spool.out spool.err: what was read of them but may not have arrived
#            worker feeder ends taker  process ids with the times they began: worker; who feeds a command its input; pumps of err and out, sshd;
#                                      who attached last, which becomes the pump of out, and its sshd
#            fed                       number of the last command that was told the end of its input
# Marks in the streams begin with \001 and the lane's token: A attached, E ended, X ended but others hold its output, I input has come, P nothing.
# Exit status: 75 no such state, 76 a newer fence was seen, 77 cannot work here, 78 output is lost, 79 the worker was killed,
# 80 another attached in this moment.

born() { # PID: when it was started, in ticks; false if there is none or it only waits to be reaped
    [ -n "$1" ] && { read -r born <"/proc/$1/stat"; } 2>/dev/null || return 1
    set -- ${born##*) }
    case $1 in [ZX]) return 1 ;; esac
    shift 19
    born=$1
}

is_born() { # PID BORN
    born "$1" && [ "$born" = "$2" ]
}

uptime() {
    read -r up _ </proc/uptime
    up=${up%%.*}
}

# ---- processes

find_alive() {
    table=
    for stat in /proc/[0-9]*/stat; do
        { read -r line <"$stat"; } 2>/dev/null || continue
        pid=${line%% *}
        set -- ${line##*) }
        case $1 in [ZX]) continue ;; esac
        table="$table $pid:$2:$3:$4"
    done
    if [ -n "$tag" ]; then
        for stat in $($reader grep -lsF -e "TEUTHOLOGY_COMMAND=$tag" /proc/[0-9]*/environ 2>/dev/null); do
            stat=${stat#/proc/}
            known="$known${stat%/environ} "
        done
    fi
    alive=
    grown=yes
    while [ -n "$grown" ]; do
        grown=
        rest=
        for entry in $table; do
            pid=${entry%%:*}
            case $known in
                *" $pid "*) alive="$alive $pid" ;;
                *)
                    up=${entry#*:}
                    parent=${up%%:*}
                    up=${up#*:}
                    case $known in
                        *" $parent "* | *" ${up%%:*} "* | *" ${up#*:} "*)
                            known="$known$pid "
                            alive="$alive $pid"
                            grown=yes
                            ;;
                        *) rest="$rest $entry" ;;
                    esac
                    ;;
            esac
        done
        table=$rest
    done
}

send() { # SIGNAL PID
    kill -s "$1" "$2" 2>/dev/null && return
    [ -d "/proc/$2" ] && sudo -n kill -s "$1" "$2" 2>/dev/null
}

# Acts on the processes of a command: those in $known, members of the sessions and groups that they lead, those whose environment has
# $tag, and all descendants.

signal_known() { # SIGNAL
    find_alive
    for pid in $alive; do
        send "$1" "$pid"
    done
}

end_known() { # GRACE in hundredths of a second: TERM, then KILL until none is left
    told=" "
    tick=0
    read -r since _ </proc/uptime
    since=${since%.*}${since#*.}
    find_alive
    while [ -n "$alive" ]; do
        read -r passed _ </proc/uptime
        passed=$((${passed%.*}${passed#*.} - since))
        for pid in $alive; do
            if [ "$passed" -ge "$1" ]; then
                send KILL "$pid"
            else
                case $told in *" $pid "*) continue ;; esac
                told="$told$pid "
                send TERM "$pid"
                send CONT "$pid"
            fi
        done
        if [ "$passed" -ge $(($1 + 1000)) ]; then
            echo "cannot be ended:$alive" >&2
            return 1
        fi
        tick=$((tick + 1))
        if [ "$tick" -le 3 ]; then sleep 0.01; else sleep 0.05; fi
        find_alive
    done
}

as_root() {
    reader=
    [ "$(id -u)" = 0 ] || ! sudo -n true 2>/dev/null || reader="sudo -n"
}

running() { # LANE: its command's number and group; the group only if the worker is its parent: numbers come again
    now= group=-
    { read -r now group <"$1/now"; } 2>/dev/null
    worker=
    { read -r worker <"$1/worker"; } 2>/dev/null
    if [ "${group:--}" != - ] && is_born "${worker%:*}" "${worker#*:}" && { read -r line <"/proc/$group/stat"; } 2>/dev/null; then
        set -- ${line##*) }
        [ "$2" != "${worker%:*}" ] || return 0
    fi
    group=-
}

target() { # LANE SEQ PID...: what to end
    lane=$1 seq=$2
    shift 2
    known=" $* "
    tag=
    as_root
    [ "$lane" != - ] || return 0
    tag=${lane%/*}
    tag=${tag##*/}.${lane##*/}.$seq.
    tries=0
    while [ "$tries" -lt 100 ]; do
        [ -d "$lane" ] || return 0
        running "$lane"
        [ "${now:-0}" -lt "$seq" ] || break
        tries=$((tries + 1))
        sleep 0.05
    done
    [ "$now" != "$seq" ] || [ "$group" = - ] || known="$known$group "
}

end_controller() { # DIRECTORY: all that it runs and ran
    # A lane that is just being opened sees this, or is seen here with its worker.
    { printf '' >>"$1/ending"; } 2>/dev/null
    known=" "
    others=
    for lane in "$1"/l*; do
        [ -d "$lane" ] || continue
        running "$lane"
        [ "$group" = - ] || known="$known$group "
        worker=
        { read -r worker <"$lane/worker"; } 2>/dev/null
        # Held still it starts nothing more; what it started in this moment it has not noted yet.
        if is_born "${worker%:*}" "${worker#*:}" && kill -s STOP "${worker%:*}" 2>/dev/null; then known="$known$(children "${worker%:*}")"; fi
        for file in worker feeder ends; do
            { read -r one two three <"$lane/$file"; } 2>/dev/null && others="$others $one $two $three"
        done
        wake "$lane"
    done
    # Who ends it at the same time finds no worker any more that could tell.
    { echo "$known" >>"$1/ending"; while read -r one; do known="$known$one "; done <"$1/ending"; } 2>/dev/null
    # The workers and connections first: nobody shall take the commands' end for their own doing.
    for one in $others; do
        pid=${one%:*}
        is_born "$pid" "${one#*:}" && kill -s KILL "$pid" 2>/dev/null
    done
    tag=${1##*/}.
    as_root
    end_known 200 2>/dev/null
    rm -rf "$1"
}

children() { # PID: but for ourselves: the first lane's worker has begun the keeper
    for stat in /proc/[0-9]*/stat; do
        { read -r line <"$stat"; } 2>/dev/null || continue
        pid=${line%% *}
        set -- "$1" ${line##*) }
        [ "$3" != "$1" ] || [ "$pid" = $$ ] || printf '%s ' "$pid"
    done
}

# ---- the controller's state

begin() { # HOST BASE ID JOB FENCE LEASE LANES MADE TEXT [LANE TOKEN]: of the first MADE lanes, those that are not in LANES are dropped;
          # with a LANE the session goes on as that one
    host=$1
    shift
    user=$(id -u)
    home=
    for base in "$1" "$TEUTHOLOGY_GUARDIAN" /dev/shm "/run/user/$user" /tmp; do
        [ -n "$base" ] || continue
        [ -z "$1" ] || [ "$base" = "$1" ] || break
        home=$base/teuthology-$user-$host
        (umask 077; mkdir -p "$home") 2>/dev/null
        if [ -d "$home" ] && [ -O "$home" ] && [ ! -L "$home" ] && (: >"$home/probe") 2>/dev/null; then break; fi
        home=
    done
    [ -n "$home" ] || { echo "no directory of this user's can be written in ${1:-$TEUTHOLOGY_GUARDIAN /dev/shm, /run/user/$user, /tmp}" >&2; exit 77; }
    [ -p /dev/stdout ] || { echo "sshd gives no pipes" >&2; exit 77; }
    for tool in mkfifo tee tail grep dd; do
        command -v "$tool" >/dev/null || { echo "no $tool here" >&2; exit 77; }
    done
    [ "$(echo x | dd bs=2 count=1 iflag=fullblock 2>/dev/null)" = x ] || { echo "dd here knows no iflag=fullblock" >&2; exit 77; }
    check_fence "$home" "$2" "$4"
    here=$home/$2
    uptime
    if [ -d "$here" ]; then
        echo $((up + $5)) >"$here/due"
        for lane in "$here"/l*; do
            [ -d "$lane" ] || continue
            case " $6 " in *" ${lane##*/} "*) continue ;; esac
            [ "${lane##*/l}" -gt "$7" ] || drop "$lane"
        done
    else
        make "$here" "$3" "$4" "$5" "$8" || { echo "the guardian's state cannot be written to $home" >&2; exit 77; }
    fi
    # Who has a newer fence ended what there was when it came; it may not have seen what was made here meanwhile.
    refuse "$home" "$4" || { end_controller "$here"; exit 76; }
    shell="/bin/sh" mode=s
    for one in bash sh; do
        if [ "$("$one" -c 'set -m && echo yes' 2>&1)" = yes ]; then
            shell=$one mode=m
            break
        fi
    done
    if [ "$mode" = s ] && ! command -v setsid >/dev/null; then
        echo "no shell here has job control without a terminal, and there is no setsid" >&2
        exit 77
    fi
    read -r boot </proc/sys/kernel/random/boot_id
    born 1
    printf '\001begun %s %s %s %s\n' "$here" "$boot.$born" "$shell" "$mode"
    [ -z "$9" ] || lane "$here/$9" "${10}" "$shell" "$mode"
}

make() { # DIRECTORY JOB FENCE LEASE TEXT: several may begin at once; one of them makes it
    (
        umask 077
        mkdir "$1.$$" && printf '%s' "$5" >"$1.$$/guardian" && echo $((up + $4)) >"$1.$$/due" && echo "$2 $3" >"$1.$$/job"
    ) || { rm -rf "$1.$$"; return 1; }
    # A directory is moved into one that is there already.
    if mv "$1.$$" "$1" 2>/dev/null && [ ! -e "$1/${1##*/}.$$" ]; then
        appoint "$1" "$4" "${home%-*}-"
    else
        rm -rf "$1.$$" "$1/${1##*/}.$$"
        [ -d "$1" ]
    fi
}

appoint() { # DIRECTORY LEASE [PREFIX]: a keeper
    (trap '' HUP; exec /bin/sh "$1/guardian" keep "$1" "$2" "$3") </dev/null >/dev/null 2>&1 &
    born $! && echo "$!:$born" >"$1/keeper"
}

forget() { # PREFIX: hosts on this file system that had no controller for a day or two, with their fences
    for other in $(find "$1"* -maxdepth 0 -mtime +1 2>/dev/null); do
        for one in "$other"/*/job; do
            [ -e "$one" ] || rm -rf "$other"
            break
        done
    done
}

refuse() { # HOME FENCE: false, and says so, when a newer one was seen
    [ "$2" -gt 0 ] || return 0
    seen=0
    { read -r seen _ <"$1/fence"; } 2>/dev/null
    [ "$2" -lt "${seen:-0}" ] || return 0
    echo "a controller with fence $seen has this host; this one has fence $2" >&2
    return 1
}

lock_fence() { # HOME: who hangs while it has the lock is killed: it must not write an older fence when it goes on
    tries=0 last=
    until mkdir "$1/lock" 2>/dev/null; do
        holder=
        { read -r holder <"$1/lock/holder"; } 2>/dev/null
        [ "$holder" = "$last" ] || tries=0
        last=$holder
        tries=$((tries + 1))
        if [ "$tries" -ge 100 ]; then
            is_born "${holder%:*}" "${holder#*:}" && kill -s KILL "${holder%:*}" 2>/dev/null
            rm -rf "$1/lock"
            tries=0
        fi
        sleep 0.05
    done
    born $$ && echo "$$:$born" >"$1/lock/holder"
}

check_fence() { # HOME ID FENCE: ends older controllers, refuses to be one
    [ "$3" -gt 0 ] || return 0
    lock_fence "$1"
    refuse "$1" "$3" || { rm -rf "$1/lock"; exit 76; }
    echo "$3 $2" >"$1/fence.new" && mv "$1/fence.new" "$1/fence"
    rm -rf "$1/lock"
    for other in "$1"/*/job; do
        { read -r _ fence <"$other"; } 2>/dev/null || continue
        [ "$fence" = 0 ] || [ "$fence" -ge "$3" ] || end_controller "${other%/job}"
    done
}

beat() { # DIRECTORY LEASE
    [ -d "$1" ] || exit 75
    uptime
    echo $((up + $2)) >"$1/due"
    keeper=
    { read -r keeper <"$1/keeper"; } 2>/dev/null
    is_born "${keeper%:*}" "${keeper#*:}" || appoint "$1" "$2"
    for lane in "$1"/l*; do
        [ ! -f "$lane/ends" ] || works "$lane" || bury "$lane"
    done
}

works() { # LANE: whether its worker lives, and its output has a way out or may yet have one: who lost a connection comes again
    worker= taker=
    { read -r worker <"$1/worker"; } 2>/dev/null || return 0
    is_born "${worker%:*}" "${worker#*:}" || return
    { read -r taker _ <"$1/taker"; } 2>/dev/null
    { read -r err out sshd <"$1/ends"; } 2>/dev/null || return 0
    is_born "${sshd%:*}" "${sshd#*:}" || return 0
    { is_born "${err%:*}" "${err#*:}" && is_born "${out%:*}" "${out#*:}"; } && return
    [ "$taker" != "$out" ] && is_born "${taker%:*}" "${taker#*:}"
}

keep() { # DIRECTORY LEASE [PREFIX]
    [ -z "$3" ] || forget "$3"
    pause=$(($2 / 4))
    [ "$pause" -le 15 ] || pause=15
    [ "$pause" -ge 1 ] || pause=1
    while sleep "$pause"; do
        due=
        { read -r due <"$1/due"; } 2>/dev/null || [ -d "$1" ] || exit 0
        uptime
        [ "${due:-$up}" -ge "$up" ] || break
    done
    end_controller "$1"
}

end() { # DIRECTORY: ends what runs; what commands left behind on purpose stays
    keeper=
    { read -r keeper <"$1/keeper"; } 2>/dev/null
    for lane in "$1"/l*; do
        [ -d "$lane" ] && drop "$lane"
    done
    rm -rf "$1"
    is_born "${keeper%:*}" "${keeper#*:}" && kill "${keeper%:*}"
}

drop() { # LANE: with what it runs
    running "$1"
    if [ "$group" != - ]; then
        known=" $group "
        tag=${1%/*}
        tag=${tag##*/}.${1##*/}.$now.
        as_root
        end_known 100
    fi
    ends=
    for file in worker feeder ends; do
        { read -r one two three <"$1/$file"; } 2>/dev/null && ends="$ends $one $two"
    done
    wake "$1"
    rm -rf "$1"
    for one in $ends; do
        pid=${one%:*}
        [ "$pid" != $$ ] && is_born "$pid" "${one#*:}" && kill -s KILL "$pid" 2>/dev/null
    done
}

wake() { # LANE: whoever waits for a reader or writer of its input would wait for ever when the pipe is gone
    [ ! -p "$1/in" ] || { :; } 4<>"$1/in"
}

# ---- lanes

lane() { # LANE TOKEN SHELL MODE: the session's input becomes the worker's
    here=$1 token=$2
    (
        umask 077
        mkdir "$here" && mkfifo "$here/in" "$here/out" "$here/err" "$here/feed" && : >"$here/spool.out" && : >"$here/spool.err"
    ) || exit 75
    printf '\001%s A 0\n' "$token"
    printf '\001%s A 0\n' "$token" >&2
    pump_err
    set -- "$3" "$4" $!
    tee /dev/fd/3 <"$here/out" 3>&1 >>"$here/spool.out" 2>/dev/null &
    note_ends "$3" $!
    born $$ && echo "$$:$born" >"$here/worker"
    if [ -e "${here%/*}/ending" ] || [ ! -e "${here%/*}/job" ]; then
        kill -s KILL "$3" $! 2>/dev/null
        rm -rf "$here"
        rmdir "${here%/*}" 2>/dev/null
        exit 75
    fi
    # Not in the background: what is started there ignores INT and QUIT, and so would every command.
    exec "$1" "${here%/*}/guardian" work "$here" "$token" "$2" >/dev/null 2>"$here/note"
}

# What a pump sends was spooled first, so that whatever was not received is in the spool.
pump_err() {
    tee /dev/fd/3 <"$here/err" 3>&2 >>"$here/spool.err" 2>/dev/null &
}

note_ends() { # PID PID: the pumps, and our sshd
    set -- "$1" "$2" $PPID
    born "$1" && set -- "$1:$born" "$2" "$3"
    born "$2" && set -- "$1" "$2:$born" "$3"
    # Also when the connection is gone already: who comes next must know of the pumps.
    born "$3" || born=0
    echo "$1 $2 $3:$born" >"$here/ends.$$" && mv "$here/ends.$$" "$here/ends"
}

attach() { # LANE TOKEN TRIM OUT ERR OUT ERR: offsets into the spools, the second pair if the spools were emptied at TRIM
    here=$1 token=$2
    { read -r worker <"$here/worker" && read -r err out sshd <"$here/ends"; } 2>/dev/null || exit 75
    if ! is_born "${worker%:*}" "${worker#*:}"; then
        # The controller's end, which kills workers before it removes anything, is no loss of one.
        why=79
        [ -e "${here%/*}/job" ] && [ ! -e "${here%/*}/ending" ] || why=75
        bury "$here"
        exit "$why"
    fi
    former='' taken=''
    { read -r former taken <"$here/taker"; } 2>/dev/null
    born $$
    me=$$:$born
    born $PPID || born=0
    echo "$me $PPID:$born" >"$here/taker.$$" && mv "$here/taker.$$" "$here/taker" || exit 75
    supersede "$former" "$taken"
    { read -r former _ <"$here/taker"; } 2>/dev/null
    [ "$former" = "$me" ] || exit 80
    read -r err out sshd <"$here/ends" || exit 75
    close "$sshd"
    release "$err" err
    release "$out" out
    trimmed=
    { read -r trimmed <"$here/trimmed"; } 2>/dev/null
    [ "$trimmed" != "$3" ] || shift 2
    [ "$(wc -c <"$here/spool.out")" -ge "$4" ] && [ "$(wc -c <"$here/spool.err")" -ge "$5" ] || exit 78
    # A pipe of its own, so that nothing of this session mixes with what a former one has to deliver; closing that wakes who waits there.
    [ -p "$here/in" ] || exit 75
    exec 3<&0 4<>"$here/in"
    rm -f "$here/in.new"
    mkfifo "$here/in.new" && mv "$here/in.new" "$here/in" || exit 75
    exec 4>&-
    (exec >/dev/null 2>&1; exec cat <&3 >"$here/in") &
    exec 3<&-
    printf '\001%s A 0\n' "$token"
    printf '\001%s A 0\n' "$token" >&2
    tail -c +$(($4 + 1)) "$here/spool.out"
    tail -c +$(($5 + 1)) "$here/spool.err" >&2
    pump_err
    note_ends $! $$
    exec tee /dev/fd/3 <"$here/out" 3>&1 >>"$here/spool.out" 2>/dev/null
}

bury() { # LANE some of which was killed: what it runs is ended; what it ran before stays
    now=0
    { read -r now _ <"$1/now"; } 2>/dev/null
    # Nobody shall take the command's end for its own doing.
    for file in worker feeder ends; do
        { read -r one two three <"$1/$file"; } 2>/dev/null || continue
        for one in "$one" $two; do
            is_born "${one%:*}" "${one#*:}" && kill -s KILL "${one%:*}" 2>/dev/null
        done
    done
    known=" "
    tag=${1%/*}
    tag=${tag##*/}.${1##*/}.$now.
    as_root
    end_known 100 2>/dev/null
    wake "$1"
    rm -rf "$1"
}

close() { # PID:BORN: the sshd of a connection that its controller has given up
    [ "${1%:*}" != "$PPID" ] && [ "${1%:*}" != 1 ] || return 0
    tries=0
    while is_born "${1%:*}" "${1#*:}"; do
        read -r name <"/proc/${1%:*}/comm"
        case $name in sshd* | dropbear*) ;; *) return 0 ;; esac
        if [ "$tries" -lt 50 ]; then send TERM "${1%:*}"; else send KILL "${1%:*}"; fi
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || return 0
        sleep 0.02
    done
}

supersede() { # PID:BORN SSHD: who attached before and has not come to its end: two at once would read the same pipes
    waited=0
    while [ -n "$1" ] && is_born "${1%:*}" "${1#*:}"; do
        { read -r _ out _ <"$here/ends"; } 2>/dev/null
        [ "$out" != "$1" ] || return 0
        close "$2"
        waited=$((waited + 1))
        [ "$waited" -ne 500 ] || kill -s KILL "${1%:*}"
        sleep 0.02
    done
}

release() { # PID:BORN STREAM: lets the former pump find its session closed; it has spooled what it read by then
    tries=0
    while is_born "${1%:*}" "${1#*:}"; do
        case $tries in
            0) (printf '\001%s P\n' "$token" >"$here/$2") & ;;
            150) kill -s KILL "${1%:*}" ;;
        esac
        tries=$((tries + 1))
        sleep 0.02
    done
}

work() { # LANE TOKEN MODE: frames are `run SEQ TRIM INPUT text TOKEN`, INPUT being n or the number of the session it comes in, `quit TOKEN`, or
         # `end TOKEN` for all that the controller has here
    L=$1 token=$2 mode=$3 seen=0
    exec 5<>"$L/out" 6<>"$L/err"
    [ "$mode" = s ] || set -m
    id=${L%/*}
    id=${id##*/}.${L##*/}
    nl='
'
    while :; do
        while IFS= read -r frame; do
            case $frame in
                "quit $token") rm -rf "$L"; exit ;;
                "end $token") end "${L%/*}"; exit 0 ;;
                "run "*" $token") ;;
                *) continue ;;
            esac
            frame=${frame#run }
            seq=${frame%% *}
            [ "$seq" -gt "$seen" ] || continue
            seen=$seq
            frame=${frame#* }
            trim=${frame%% *}
            frame=${frame#* }
            input=${frame%% *}
            frame=${frame#* }
            frame=${frame% *}
            if [ "$trim" = t ]; then
                : >"$L/spool.out"
                : >"$L/spool.err"
                echo "$seq" >"$L/trimmed"
            fi
            export TEUTHOLOGY_COMMAND="$id.$seq."
            run
            [ "$fate" = k ] || { rm -rf "$L"; exit; }
        done
        [ -p "$L/in" ] && exec <"$L/in" || exit
    done
}

run() {
    fate=k from=/dev/null
    if [ "$input" != n ]; then
        from=$L/feed
        exec 8<&0
        feed <&8 8<&- &
        feeder=$!
        exec 8<&-
        born "$feeder" && echo "$feeder:$born" >"$L/feeder"
    fi
    if [ "$mode" = m ]; then
        (exec 5>&- 6>&-; eval "$frame") <"$from" >&5 2>&6 &
        group=$!
        printf '%s %s\n%s\n' "$seq" "$group" "$frame" >"$L/now"
        wait "$group"
        status=$?
        while [ "$status" -gt 128 ] && kill -0 "$group" 2>/dev/null; do
            sleep 0.1
            wait "$group"
            status=$?
        done
    else
        # Here the command names its group itself; a command in the background would ignore INT and QUIT.
        text='printf "%s %s\n%s\n" "$2" $$ "$3" >"$1/now"; L=$1; nl=$4; exec 5>&- 6>&-; eval "$3"'
        (exec setsid /bin/sh -c "$text" sh "$L" "$seq" "$frame" "$nl" <"$from" >&5 2>&6)
        status=$?
        read -r _ group <"$L/now"
    fi
    signal=0
    if [ "$status" -gt 128 ]; then
        if [ -s "$L/note" ]; then
            signal=$((status - 128))
        elif [ "$mode" = s ]; then
            case $status in 130 | 137 | 141) signal=$((status - 128)) ;; esac
        fi
        exec 2>"$L/note"
    fi
    [ "$input" = n ] || end_feed
    echo "$seq -" >"$L/now"
    if kill -0 "-$group" 2>/dev/null; then
        # It may read what is meant for the next command.
        [ "$input" = n ] || [ "$fate" != k ] || fate=x
        if held; then
            printf '\001%s X %s %s %s %s\n' "$token" "$seq" "$status" "$signal" "$fate" >&5
            while sleep 0.1 && kill -0 "-$group" 2>/dev/null && held; do :; done
        fi
    fi
    printf '\001%s E %s %s %s %s\n' "$token" "$seq" "$status" "$signal" "$fate" >&5
    printf '\001%s E %s\n' "$token" "$seq" >&6
}

# ---- input: `put SEQ LENGTH TOKEN` and so many bytes, 0 is the end. The session's end is none: the rest comes in the next one.

feed() {
    had=0 told=0 moved=
    exec 7>"$L/feed"
    [ "$input" = 0 ] || tell
    while :; do
        while IFS= read -r line; do
            case $line in
                "put $seq "*" $token") ;;
                "run $seq "*" $token")
                    input=${line#run * * }
                    input=${input%% *}
                    tell
                    continue
                    ;;
                *) continue ;;
            esac
            size=${line#put * }
            size=${size%% *}
            if [ "$size" = 0 ]; then
                echo "$seq $moved" >"$L/fed"
                exit 0
            fi
            got=$(exec 2>&1 >&7 5>&- 6>&-; TEUTHOLOGY_COMMAND='' exec dd bs="$size" count=1 iflag=fullblock) || exit 1
            case $got in
                1+0\ *) had=$((had + size)) ;;
                *)
                    got=${got##*"$nl"}
                    had=$((had + ${got%% *}))
                    ;;
            esac
            [ $((had - told)) -lt 262144 ] || tell
        done
        moved=yes
        [ -p "$L/in" ] && exec <"$L/in" || exit 2
    done
}

tell() { # how much input the command was given, and in which session we learned to say so
    told=$had
    printf '\001%s I %s %s %s\n' "$token" "$seq" "$had" "$input" >&5
}

end_feed() { # fate: k the lane goes on; x the session holds input that nobody wanted; l the command saw an end that was none
    ended=
    { read -r ended moved <"$L/fed"; } 2>/dev/null
    if [ "$ended" = "$seq" ]; then
        wait "$feeder"
        [ -z "$moved" ] || exec <"$L/in"
    else
        # It has ended because nobody reads, or is ended here; whoever killed it used another signal.
        kill -s USR1 "$feeder"
        wait "$feeder"
        case $? in 0 | 1 | 138) fate=x ;; *) fate=l ;; esac
    fi
}

held() { # whether what the command left in the background has its output open
    for stat in /proc/[0-9]*/stat; do
        { read -r line <"$stat"; } 2>/dev/null || continue
        set -- ${line##*) }
        [ "$3" = "$group" ] || continue
        stat=${stat%/stat}/fd
        set -- $(ls -l "$stat" 2>/dev/null || sudo -n ls -l "$stat" 2>/dev/null)
        case " $* " in *" $L/out "* | *" $L/err "*) return 0 ;; esac
    done
    return 1
}

list() { # BASE: what it keeps here, for people
    for home in ${1:-$TEUTHOLOGY_GUARDIAN/teuthology-* /dev/shm/teuthology-* /run/user/*/teuthology-* /tmp/teuthology-*}; do
        [ -d "$home" ] || continue
        { read -r fence _ <"$home/fence"; } 2>/dev/null && echo "$home: fence $fence"
        for one in "$home"/*/job; do
            { read -r job fence <"$one"; } 2>/dev/null || continue
            uptime
            due=$up
            { read -r due <"${one%/job}/due"; } 2>/dev/null
            echo "${one%/job}: job $job, fence $fence, lease ends in $((due - up)) s"
            for lane in "${one%/job}"/l*; do
                [ -f "$lane/now" ] || continue
                { read -r seq group; IFS= read -r text; } <"$lane/now"
                [ "$group" = - ] || echo "  ${lane##*/} command $seq, process group $group: $text"
            done
        done
    done
}

action=$1
shift
case $action in
    kill)
        grace=$1
        shift
        target "$@"
        end_known "$grace"
        ;;
    signal)
        name=$1
        shift
        target "$@"
        signal_known "$name"
        ;;
    punch) exec fallocate -p -o 0 -l "$2" "$1" ;;
    *) "$action" "$@" ;;
esac
