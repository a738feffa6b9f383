import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { client } from '../../client/client.ts'
import { type ProductFailure, toFailure } from '../../client/failure.ts'
import { FailureBox } from '../../components/FailureBox.tsx'
import { t } from '../../messages/messages.ts'

/** Of what the commands print so many last lines are shown. */
const SHOWN = 200

/** Offers to run the commands that start or install an engine, and shows what they print. `main`: nothing better is offered. */
export function EngineCommands({
  work,
  commands,
  main,
}: {
  work: 'starting' | 'installing'
  commands: string[]
  main: boolean
}) {
  const [lines, setLines] = useState<string[]>([])
  const [failure, setFailure] = useState<ProductFailure>()
  const [going, setGoing] = useState<AbortController>()
  const end = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line moves the end.
  useEffect(() => end.current?.scrollTo({ top: end.current.scrollHeight }), [lines])
  const run = async () => {
    const stop = new AbortController()
    setGoing(stop)
    setFailure(undefined)
    setLines([])
    try {
      const call = work === 'starting' ? client.engine.start : client.engine.install
      for await (const event of await call(undefined, { signal: stop.signal })) {
        const line = event.kind === 'command' ? `$ ${event.command}` : event.text
        setLines((before) => [...before, line].slice(-SHOWN))
      }
    } catch (error) {
      if (!stop.signal.aborted) setFailure(toFailure(error))
    }
    setGoing(undefined)
  }
  return (
    <section>
      <h2>{t(`engine.${work}.title`)}</h2>
      <p className="dim">{t(`engine.${work}.text`)}</p>
      <ol className="card engine-commands mono">
        {commands.map((command) => (
          <li key={command}>{command}</li>
        ))}
      </ol>
      <div className="row" role="status">
        <Button
          variant={main ? 'filled' : 'default'}
          onClick={() => void run()}
          disabled={going !== undefined}
        >
          {t(going ? `engine.${work}.going` : `engine.${work}.now`)}
        </Button>
        {going && <Button onClick={() => going.abort()}>{t('common.cancel')}</Button>}
      </div>
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too.
        <section className="card engine-lines" tabIndex={0} ref={end} aria-label={t('engine.output')}>
          {lines.join('\n')}
        </section>
      )}
      {failure && <FailureBox report={failure.report} retry={() => void run()} />}
    </section>
  )
}
