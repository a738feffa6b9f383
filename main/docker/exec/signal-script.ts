/**
 * Gives a signal to the processes of a command and prints their ids, then a line of those that belong to another user.
 * Arguments: `session` (what a terminal's session has) or `all` (every process that inherited the id too), the signal,
 * the variable with its value, the command's text, and the processes that are known from before. Only the shell's own commands are used: an
 * image need not have any other, nor a PATH on which they lie.
 */
export const SIGNAL_COMMAND = `scope=$1 signal=$2 mark=$3 text=$4; shift 4
known=" $* " own=' ' sessions=' ' table= marked=' ' first=' ' hidden= matching=
for at in /proc/[0-9]*; do
  pid=\${at#/proc/}
  [ "$pid" = 1 ] || [ "$pid" = $$ ] && continue
  { IFS= read -r stat < $at/stat; } 2>/dev/null || continue
  set -- \${stat##*) }
  case $1 in Z | X) continue ;; esac
  table="$table $pid:$2:$4"
  case $known in *" $pid "*) own="$own$pid " ;; esac
  seen=
  { while IFS= read -r line || [ "$line" ]; do
    seen=1
    case $line in *"$mark"*) marked="$marked$pid "; break ;; esac
  done < $at/environ; } 2>/dev/null
  [ "$seen" ] || [ $2 != 0 ] || hidden="$hidden $pid"
done
if [ "$marked" = ' ' ]; then
  for pid in $hidden; do
    words=
    { while IFS= read -r line || [ "$line" ]; do words="$words$line"; done < /proc/$pid/cmdline; } 2>/dev/null
    [ "$words" ] || continue
    case $text in *"$words") matching="$matching $pid" ;; esac
  done
  set -- $matching
  [ $# = 1 ] && marked=" $1 "
fi
split() { pid=\${1%%:*} sid=\${1##*:} ppid=\${1#*:}; ppid=\${ppid%:*}; }
for row in $table; do
  split $row
  case $marked in *" $pid "*) ;; *) continue ;; esac
  if [ $scope = session ]; then
    case $marked in *" $ppid "*) continue ;; esac
    [ $pid = $sid ] && [ $ppid != 1 ] || continue
    first="$first$pid "
  fi
  case $own in *" $pid "*) ;; *) own="$own$pid " ;; esac
  case $table in *" $sid:"*) [ $pid = $sid ] || continue ;; esac
  [ $sid -gt 1 ] && sessions="$sessions$sid "
done
more=1
while [ "$more" ]; do
  more=
  for row in $table; do
    split $row
    case $own in *" $pid "*) continue ;; esac
    case $own$sessions in *" $ppid "* | *" $sid "*) own="$own$pid " more=1 ;; esac
  done
done
members= denied=
for pid in $own; do
  case "$scope $first" in
    all* | *" $pid "*) ;;
    *)
      ignores=
      { while IFS= read -r line; do
        case $line in SigIgn:*[13579bdf]) ignores=1; break ;; esac
      done < /proc/$pid/status; } 2>/dev/null
      [ "$ignores" ] && continue ;;
  esac
  members="$members $pid"
  kill -s $signal $pid 2>/dev/null || denied="$denied $pid"
done
echo "$members"
echo "$denied"`

/** Gives a signal, the first argument, to the processes that the others name. */
export const SIGNAL_THESE = 'signal=$1; shift; for pid; do kill -s $signal $pid 2>/dev/null; done'
