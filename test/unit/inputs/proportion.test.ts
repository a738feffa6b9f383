import { expect, test } from 'vitest'
import { mergeLoginPath } from '../../../main/container/launch/merge-login-path.ts'
import { downloadName } from '../../../main/definition/dockerfile/add-source.ts'
import { withoutTargets } from '../../../main/definition/inputs/mask-redirections.ts'
import { NamePatterns } from '../../../main/definition/inputs/name-patterns.ts'
import { tasksIn } from '../../../main/definition/inputs/package-scripts.ts'
import { Mentions } from '../../../main/definition/inputs/referenced-files.ts'
import { manifestPaths, requiredPaths } from '../../../main/definition/inputs/requirement-lists.ts'
import { attributeLines } from '../../../main/git/written-attributes.ts'
import { processorTime } from '../../processor-time.ts'

/* Whatever a stranger writes is read in time in proportion to its length: a search that begins at every place takes minutes. */

const long = (text: string, length = 200_000) => text.repeat(length / text.length)
const hook = (text: string) => new Mentions().add(text, { shell: true })

test.for<[string, () => unknown]>([
  ['blanks in .gitattributes', () => attributeLines(`a${long(' ')}`)],
  ['blanks in a PATH of /etc/profile', () => mergeLoginPath('/a', '/b', [`${long(' ')}x`])],
  ['installs of one folder', () => hook(long('pip install '))],
  ['installs that may be editable', () => hook(`${long('pip install -e ')}.`)],
  ['installs for all', () => hook(long('npm install -g '))],
  ['installs of a path', () => hook(long('cargo install '))],
  ['installed folders', () => hook(long('pip install a/b '))],
  ['installs of a variable', () => hook(`${long('pip install $a; a=b/c; ')}`)],
  ['one long path that is installed', () => hook(`a=${long('b')}; pip install $a`)],
  ['options of an installer', () => hook(`pip${long(' -a')} install`)],
  ['blanks in a list of packages', () => requiredPaths(`- ${long(' ')}`, [])],
  ['a long name in a list of packages', () => requiredPaths(`${long('a')}[${long(' ')}`, [])],
  ['sources that do not end', () => manifestPaths(long('{path = "a'))],
  ['lists of a manifest that do not end', () => manifestPaths(long('dependencies = {file = ['))],
  ['lists', () => hook(long('ls -x;'))],
  ['lines without a list', () => hook(long('\n'))],
  ['steps up', () => hook(`a${long('/..')}/x`)],
  ['words', () => hook(`cp ${long('a ')}`)],
  ['searches', () => hook(long('find '))],
  ['names of scripts', () => hook(long('a:b '))],
  ['tables of tasks', () => tasksIn(long('[tasks.a]\n[tasks]\na = 1\n'))],
  ['blanks in a TOML file', () => tasksIn(`[tasks]\n${long(' ')}a`)],
  ['variables that do not end', () => hook(`*${long('${')}`)],
  ['sets that do not end', () => hook(`*${long('{a,')}{}`)],
  ['sets of nothing but commas', () => hook(`*{${long(',')}{}`)],
  ['a long word that is copied', () => withoutTargets(`cp ${long('a')} b`)],
  ['a long name before a pattern', () => new NamePatterns([`${long('a')}*`])],
  ['slashes in an address', () => downloadName(`https://example.org/${long('/')}x/`)],
])('%s take time in proportion', ([, read]) => {
  const spent = processorTime()
  read()
  expect(spent()).toBeLessThan(8_000)
})
