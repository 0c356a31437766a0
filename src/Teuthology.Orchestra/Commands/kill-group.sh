# usage: kill-group kill GRACE PID... | signal NAME PID...
# Acts on the processes of a command: those named, the members of the sessions and groups that they lead, and all descendants.
# kill: TERM, after GRACE twentieths of a second KILL, until none is left; exit 1 with the rest if some cannot be ended.
# signal: one signal to each.
mode=$1 value=$2
shift 2
known=" $* "
told=" "

find_alive() {
    table=
    for stat in /proc/[0-9]*/stat; do
        { read -r line <"$stat"; } 2>/dev/null || continue
        pid=${line%% *}
        set -- ${line##*) }
        case $1 in [ZX]) continue ;; esac
        table="$table $pid:$2:$3:$4"
    done
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

send() {
    kill -s "$1" "$2" 2>/dev/null && return
    [ -d "/proc/$2" ] && sudo -n kill -s "$1" "$2" 2>/dev/null
}

find_alive
if [ "$mode" = signal ]; then
    for pid in $alive; do
        send "$value" "$pid"
    done
    exit 0
fi

tick=0
while [ -n "$alive" ]; do
    for pid in $alive; do
        if [ "$tick" -ge "$value" ]; then
            send KILL "$pid"
        else
            case $told in *" $pid "*) continue ;; esac
            told="$told$pid "
            send TERM "$pid"
            send CONT "$pid"
        fi
    done
    if [ "$tick" -ge $((value + 200)) ]; then
        echo "cannot be ended:$alive" >&2
        exit 1
    fi
    tick=$((tick + 1))
    if [ "$tick" -le 3 ]; then sleep 0.01; else sleep 0.05; fi
    find_alive
done
