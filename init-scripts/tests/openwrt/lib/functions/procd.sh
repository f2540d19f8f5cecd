# shellcheck shell=dash
# Stands in for procd.sh and procd. A declaration that procd would ignore or take for something else is an error here.
# What procd was told last is in /tmp/procd/service, every call in /tmp/procd/calls.

_wrong() {
	mkdir -p /tmp/procd
	echo "$*" >>/tmp/procd/errors
	echo "procd: $*" >&2
}

_open() {
	[ "${_at-}" = "$1" ] || _wrong "$2 is out of place"
}

_declare() {
	echo "$*" >>/tmp/procd/declared
}

procd_open_service() {
	mkdir -p /tmp/procd
	: >/tmp/procd/declared
	_at=service _service=$1
}

procd_close_service() {
	_open service procd_close_service
	_at=triggers
	service_triggers
	mv /tmp/procd/declared /tmp/procd/service
	echo "set $_service" >>/tmp/procd/calls
	_at=
}

procd_kill() {
	rm -f /tmp/procd/service
	echo "delete $1" >>/tmp/procd/calls
}

procd_open_instance() {
	_open service procd_open_instance
	_at=instance _seen=
	_declare instance "${1:-instance1}"
}

procd_close_instance() {
	_open instance procd_close_instance
	_at=service
	case $_seen in
		*' command '*) ;;
		*) _wrong 'an instance without a command' ;;
	esac
}

_whole_numbers() {
	local wanted=$1 number
	shift
	[ $# -eq "$wanted" ] || return 1
	for number in "$@"; do
		case $number in
			'' | *[!0-9]*) return 1 ;;
		esac
	done
}

_is_user() {
	[ $# -eq 1 ] && grep -q "^$1:" /etc/passwd
}

_is_limit() {
	[ $# -eq 1 ] || return 1
	case ${1%%=*} in
		as | core | cpu | data | fsize | memlock | nofile | nproc | rss | stack | nice | rtprio | msgqueue | sigpending) ;;
		*) return 1 ;;
	esac
	case ${1#*=} in
		*[!0-9\ ]* | *\ *\ * | '') return 1 ;;
	esac
}

procd_set_param() {
	local type=$1
	_open instance "procd_set_param $type"
	shift
	case "$_seen" in
		*" $type "*) _wrong "$type twice" ;;
	esac
	_seen="$_seen $type "
	case $type in
		command | file) [ $# -ge 1 ] || _wrong "$type without a value" ;;
		user) _is_user "$@" || _wrong "user $*" ;;
		respawn) [ $# -eq 0 ] || _whole_numbers 3 "$@" || _wrong "respawn $*" ;;
		term_timeout) _whole_numbers 1 "$@" || _wrong "term_timeout $*" ;;
		limits) _is_limit "$@" || _wrong "limits $*" ;;
		stdout | stderr | no_new_privs)
			case "$#$1" in
				10 | 11) ;;
				*) _wrong "$type $*" ;;
			esac
			;;
		*) _wrong "unknown parameter $type" ;;
	esac
	_declare "$type" "$@"
}

procd_add_reload_trigger() {
	_open triggers procd_add_reload_trigger
	[ $# -ge 1 ] || _wrong 'a trigger without a package'
	_declare reload-trigger "$@"
}

procd_add_restart_mount_trigger() {
	_open triggers procd_add_restart_mount_trigger
	[ $# -ge 1 ] || _wrong 'a trigger without a path'
	_declare restart-mount-trigger "$@"
}
