import './sparkline.css'

export interface SparkPoint {
  /** In milliseconds since 1970. */
  at: number
  value: number
}

const [WIDTH, HEIGHT] = [100, 20]

/**
 * The course of a value over the last `span` milliseconds, from nothing to its largest value, or to `least` if that is more.
 * It repeats what a number beside it says.
 */
export function Sparkline({ points, span, least }: { points: SparkPoint[]; span: number; least: number }) {
  const end = points.at(-1)?.at ?? 0
  const top = Math.max(least, ...points.map(({ value }) => value))
  const line = points
    .filter(({ at }) => end - at <= span)
    .map(({ at, value }) => [WIDTH - ((end - at) / span) * WIDTH, HEIGHT - 1 - (value / top) * (HEIGHT - 2)])
    .map(([x = 0, y = 0]) => `${x.toFixed(1)},${y.toFixed(1)}`)
  const start = line[0]?.split(',')[0] ?? WIDTH
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <polygon points={`${start},${HEIGHT} ${line.join(' ')} ${WIDTH},${HEIGHT}`} />
      <polyline points={line.join(' ')} />
    </svg>
  )
}
