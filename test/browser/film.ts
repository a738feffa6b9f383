import { setTimeout as sleep } from 'node:timers/promises'
import gifenc from 'gifenc'
import type { Locator, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { DESK_FOLDER, replaceTexts } from './compare-picture.ts'

/** One picture, and for how many milliseconds it is shown. */
interface Frame {
  rgba: Buffer
  milliseconds: number
}

/** In milliseconds: a picture in which nothing moves is not shown longer, however long the work took. */
const LONGEST = 900
/** In milliseconds between two pictures. */
const INTERVAL = 150
/** Of the 256 colours of a GIF one is for what stays as it was. */
const COLOURS = 255

/** Films a page: while a person waits, it is taken again and again; what stands still is cut. */
export class Film {
  private readonly page: Page
  private readonly frames: Frame[] = []
  private size = { width: 0, height: 0 }

  constructor(page: Page) {
    this.page = page
  }

  /** Takes the page until some work is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    let ended = false
    const done = work.finally(() => {
      ended = true
    })
    // The caller gets its failure.
    done.catch(() => {})
    do {
      const began = performance.now()
      await this.take()
      await sleep(Math.max(0, INTERVAL - (performance.now() - began)))
      this.lengthen(Math.min(performance.now() - began, LONGEST))
    } while (!ended)
    return done
  }

  /** Shows the page as it is for so many milliseconds. */
  async still(milliseconds: number): Promise<void> {
    await this.take()
    const last = this.frames.at(-1)
    if (last) last.milliseconds = milliseconds
  }

  /** Says at the bottom of the page what is seen. */
  async caption(text: string): Promise<void> {
    await this.page.evaluate((text) => {
      const shown = document.querySelector('#film-caption') ?? document.createElement('div')
      shown.id = 'film-caption'
      shown.textContent = text
      Object.assign((shown as HTMLElement).style, {
        position: 'fixed',
        bottom: '20px',
        left: '50%',
        transform: 'translateX(-50%)',
        padding: '8px 18px',
        borderRadius: '20px',
        background: '#1b1f24',
        color: '#ffffff',
        font: '600 16px system-ui, sans-serif',
        whiteSpace: 'nowrap',
        zIndex: '100000',
        pointerEvents: 'none',
      })
      document.body.append(shown)
    }, text)
  }

  /** Moves the pointer to something, and clicks it. */
  async click(target: Locator): Promise<void> {
    await target.waitFor()
    const box = await target.boundingBox()
    if (!box) throw new Error('What is to be clicked is not to be seen.')
    await this.point(box.x + box.width / 2, box.y + box.height / 2)
    await this.still(700)
    await target.click()
    await this.page.locator('#film-pointer').evaluate((pointer) => pointer.remove())
  }

  /** A GIF of all, at most so many milliseconds long: where it would be longer, everything is shown for a shorter time. */
  encode(milliseconds: number): Uint8Array {
    const { width, height } = this.size
    const whole = this.frames.reduce((sum, frame) => sum + frame.milliseconds, 0)
    const speed = Math.min(1, milliseconds / whole)
    const palette = gifenc.quantize(sampleOf(this.frames), COLOURS)
    const encoder = gifenc.GIFEncoder()
    let before: Buffer | undefined
    for (const { rgba, milliseconds } of this.frames) {
      const index = gifenc.applyPalette(rgba, palette)
      const same = palette.length
      if (before) markUnchanged(index, rgba, before, same)
      encoder.writeFrame(index, width, height, {
        palette: [...palette, [0, 0, 0]],
        delay: Math.round(milliseconds * speed),
        transparent: before !== undefined,
        transparentIndex: same,
        dispose: 1,
      })
      before = rgba
    }
    encoder.finish()
    return encoder.bytes()
  }

  private async take(): Promise<void> {
    await replaceTexts(this.page, [DESK_FOLDER])
    const { data, width, height } = PNG.sync.read(await this.page.screenshot({ caret: 'hide' }))
    this.size = { width, height }
    if (!this.frames.at(-1)?.rgba.equals(data)) this.frames.push({ rgba: data, milliseconds: 0 })
  }

  private lengthen(milliseconds: number): void {
    const last = this.frames.at(-1)
    if (last) last.milliseconds = Math.min(last.milliseconds + milliseconds, LONGEST)
  }

  private async point(x: number, y: number): Promise<void> {
    await this.page.evaluate(
      ({ x, y }) => {
        const pointer = document.querySelector('#film-pointer') ?? document.createElement('div')
        pointer.id = 'film-pointer'
        Object.assign((pointer as HTMLElement).style, {
          position: 'fixed',
          left: `${x - 12}px`,
          top: `${y - 12}px`,
          width: '24px',
          height: '24px',
          borderRadius: '50%',
          border: '3px solid #e8590c',
          background: 'rgba(232, 89, 12, 0.25)',
          zIndex: '100001',
          pointerEvents: 'none',
        })
        document.body.append(pointer)
      },
      { x, y },
    )
  }
}

/** Gives the pixels that are as in the frame before the colour of what stays. */
function markUnchanged(index: Uint8Array, now: Buffer, before: Buffer, same: number): void {
  for (let at = 0; at < index.length; at++)
    if (now.readUInt32LE(at * 4) === before.readUInt32LE(at * 4)) index[at] = same
}

/** In pixels: of every so many of a film one decides its colours. */
const EVERY = 37

function sampleOf(frames: Frame[]): Uint8Array {
  const pixels = frames.flatMap(({ rgba }) =>
    Array.from({ length: Math.floor(rgba.length / 4 / EVERY) }, (_, at) =>
      rgba.subarray(at * EVERY * 4, at * EVERY * 4 + 4),
    ),
  )
  return new Uint8Array(Buffer.concat(pixels))
}
