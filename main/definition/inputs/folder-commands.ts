const command = (names: string): RegExp => new RegExp(`(?:^|[\\s"'(./])(?:${names})(?=[\\s"'(]|$)`)
const COPIES = 'cp|mv|rsync|scp|tar|zip|cpio|copytree|copy_tree|cpSync|copySync'

/** Commands that are given folders, and take what is in them. */
export const TAKES_FOLDERS = command(`${COPIES}|ln|stow|find|ls|run-parts`)
const TAKES_ALL = command(`${COPIES}|for|run-parts`)
const FINDS = new RegExp(command('find'), 'g')
const CHOOSES = /-i?(?:name|path|regex|wholename)/
/** Whether a command takes all that is in the folder it stands in, when that is named (`cp -r . /opt/shop`). */
export const takesAll = (written: string): boolean =>
  TAKES_ALL.test(written) ||
  written.split(/[\n\r\u2028\u2029]/).some((line) => {
    const last = [...line.matchAll(FINDS)].at(-1)
    return last !== undefined && !CHOOSES.test(line.slice(last.index + last[0].length))
  })
/** Those for which also the last word can be a source. */
export const TAKES_LAST = command('tar|zip|cpio|find|for|run-parts')
/** Those that are given the name of a program without its ending. */
export const TAKES_MODULES = command('node|bun|deno|tsx|ts-node')
