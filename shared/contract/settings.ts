import * as z from 'zod/mini'
import { LayerText, MAX_LAYER } from '../layer.ts'
import { Dotfiles, Settings, SettingsChange } from '../settings.ts'
import { method } from './method.ts'

/** A person's settings, for all projects. */
export const settings = {
  get: method.output(Settings),
  change: method.input(SettingsChange).output(Settings),
  /** Fetches the person's dotfiles, as `Dotfiles` has them, for new containers; null gives none any more. */
  dotfiles: method
    .input(
      z.strictObject({
        dotfiles: z.nullable(
          z.strictObject({ source: Dotfiles.shape.source, install: Dotfiles.shape.install }),
        ),
      }),
    )
    .output(Settings),
  /** The person's layer for all projects; null where there is none. */
  layer: method.output(z.nullable(LayerText)),
  /** Saves it, or with null removes it. Environments get it when they are brought up. */
  setLayer: method
    .input(z.strictObject({ text: z.nullable(z.string().check(z.maxLength(MAX_LAYER))) }))
    .output(z.nullable(LayerText)),
}
