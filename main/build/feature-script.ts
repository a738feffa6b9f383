import type { Feature } from '../../shared/definition.ts'

/** Where a feature lies while it is installed; nothing of it stays in the image. */
export const FEATURE_MOUNT = '/dev/pristine-feature'

/** The users that a feature is told of (https://containers.dev/implementors/features/#user-env-var). */
export interface FeatureUsers {
  container: string
  remote: string
}

/**
 * The script that installs a feature: a copy of its folder, in which it may write, its options and users as variables, and
 * its `install.sh` as root. The folder lies in `files` beside the script.
 */
export function featureScript({ options }: Feature, users: FeatureUsers): string {
  const variables = {
    ...options,
    _CONTAINER_USER: users.container,
    _REMOTE_USER: users.remote,
  }
  return [
    '#!/bin/sh',
    'set -e',
    // An image need not have getent; a user may be given by number.
    'home_of() {',
    '  { getent passwd "$1" 2>/dev/null || grep -E "^$1:|^[^:]*:[^:]*:$1:" /etc/passwd 2>/dev/null || true; } | head -n 1 | cut -d: -f6',
    '}',
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
    'export _CONTAINER_USER_HOME="$(home_of "$_CONTAINER_USER")"',
    'export _REMOTE_USER_HOME="$(home_of "$_REMOTE_USER")"',
    'work=$(mktemp -d)',
    `trap 'rm -rf "$work"' EXIT`,
    `cp -a ${FEATURE_MOUNT}/files/. "$work"/`,
    'chmod -R u+rwX,go+rX "$work"',
    'cd "$work"',
    'chmod +x install.sh',
    './install.sh',
    '',
  ].join('\n')
}

/** A word of a POSIX shell, whatever it holds. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
