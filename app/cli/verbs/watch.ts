import { isProductError } from '../../../shared/errors.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import type { WatchState } from '../../../shared/watch.ts'
import { askingForTrust } from '../ask-trust.ts'
import { colour, printLine } from '../output.ts'
import type { Session } from '../session.ts'
import { count, describeReasons, type Wording } from '../wording.ts'
import { printResult } from './up.ts'

/** `pristine watch`: `up`, and again whenever the definition changes, until interrupted; with `--json` a state a line. */
export async function watch(session: Session, options: { trust?: string[] }): Promise<number> {
  const { engine, folder, definition, frozen, run, json } = session
  const began = Date.now()
  const result = await askingForTrust(session, options.trust, (trust) =>
    engine.up(folder, { definition, frozen, trust }, run),
  ).catch((error: unknown) => {
    if (!isProductError(error, 'not-ready') || error.data['wasReady'] !== true) throw error
    // A change of the definition may be what makes it healthy.
    run.report({ kind: 'warning', text: `${error.message} ${error.hint}` })
    return undefined
  })
  session.settle()
  if (result && !json) printResult(result, session, { planned: false, milliseconds: Date.now() - began })
  const show = (state: WatchState) => {
    session.settle()
    if (json) printLine(JSON.stringify({ schemaVersion: 1, ...state }))
    else printLine(describe(state, session))
  }
  await engine.watch(folder, { definition, frozen }, { ...run, onState: show })
  return 130
}

function describe(state: WatchState, wording: Wording): string {
  switch (state.kind) {
    case 'following':
      return 'Watching for changes of the definition; Ctrl-C ends it.'
    case 'git':
      return `Waiting for git to finish: ${sanitize(state.doing)} exists.`
    case 'busy':
      return `Waiting: ${sanitize(state.what)}.`
    case 'building':
      return `${version(state)}: ${describeReasons(state.because, wording)}`
    case 'waiting':
      return `${version(state)} is built. It is swapped in when ${count(state.sessions, 'open terminal')} ended; at once with "pristine up".`
    case 'swapping':
      return `Swapping in ${version(state)}…`
    case 'swapped':
      return `${colour('green', '●')} now on ${version(state)}: ${describeReasons(state.because, wording)}`
    case 'offered':
      return `${version(state)} is built: ${describeReasons(state.because, wording)}. Run "pristine up" to swap it in.`
    case 'changed':
      return `The definition wants ${version(state)}: ${describeReasons(state.because, wording)}. Run "pristine up" to build it.`
    case 'failed': {
      const { message, why, hint } = state.error
      return [
        `${colour(['red', 'bold'], '✗')} ${colour('bold', sanitize(message))}`,
        `  ${colour('dim', 'why')}  ${why.split('\n').map(sanitize).join('\n       ')}`,
        `  ${colour('cyan', 'do')}   ${sanitize(hint)}`,
      ].join('\n')
    }
  }
}

const version = ({ ordinal }: { ordinal: number }): string => colour('bold', `v${ordinal}`)
