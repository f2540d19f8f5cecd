# shellcheck shell=dash
# Stands in for OpenWrt's functions.sh: UCI as a script sees it, users and groups. Only what the tests use, by the
# documented behaviour of each function.

_add_section() {
	_section=${2:-cfg$((_count += 1))}
	_sections="$_sections $_section"
	eval "_${_section}_TYPE=\$1"
}

# Fails, as uci does, where a line is no UCI; then nothing of the file is seen.
config_load() {
	local line
	_sections='' _count=0 _section=''
	[ -r "/etc/config/$1" ] || return 1
	while IFS= read -r line; do
		eval "set -- $line" 2>/dev/null || set -- broken
		case ${1-} in
			'') ;;
			config) _add_section "$2" "${3-}" ;;
			option | list) eval "_${_section}_$2=\$3" ;;
			*)
				_sections=
				return 1
				;;
		esac
	done <"/etc/config/$1"
}

config_get() {
	eval "$1=\${_${2}_${3}:-\${4-}}"
}

config_get_bool() {
	local _value
	config_get _value "$2" "$3" "${4-}"
	case $_value in
		1 | on | true | yes | enabled) _value=1 ;;
		0 | off | false | no | disabled) _value=0 ;;
		*) _value=${4-} ;;
	esac
	eval "$1=\$_value"
}

config_foreach() {
	local _each _type
	for _each in $_sections; do
		eval "_type=\$_${_each}_TYPE"
		[ "$_type" != "$2" ] || "$1" "$_each"
	done
}

group_exists() {
	grep -q "^$1:" /etc/group
}

group_add() {
	echo "$1:x:$2:" >>/etc/group
}

group_add_next() {
	group_exists "$1" || group_add "$1" 32768
	grep "^$1:" /etc/group | cut -d: -f3
}

group_add_user() {
	! grep "^$1:" /etc/group | cut -d: -f4 | grep -q "$2" || return 0
	sed -i "s/^$1:.*:.*[^:]\$/&,$2/; s/^$1:.*:\$/&$2/" /etc/group
}

user_exists() {
	grep -q "^$1:" /etc/passwd
}

user_add() {
	echo "$1:x:$2:$3:$1:/var/run/$1:/bin/false" >>/etc/passwd
	echo "$1:x:0:0:99999:7:::" >>/etc/shadow
}
