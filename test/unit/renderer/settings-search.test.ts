import { expect, test } from 'vitest'
import { SECTIONS, sectionsWith } from '../../../renderer/store/app/settings-search.ts'

const texts = {
  general: ['General', 'Theme', 'Clone into'],
  notifications: ['Notifications'],
  personal: ['Yours, inside environments', 'Dotfiles'],
  layer: ['Your layer'],
  engine: ['Engine', 'Address of the engine'],
  baseImages: ['Base images'],
  resets: ['Resets without a question'],
  updates: ['Updates'],
  diagnostics: ['Diagnostics'],
}

test.each([
  ['', SECTIONS],
  ['dark', []],
  ['THEME', ['general']],
  ['your', ['personal', 'layer']],
  ['clone  into', ['general']],
  ['clone dotfiles', []],
])('"%s" is found in %j', (search, found) => {
  expect(sectionsWith(search, texts)).toEqual(found)
})
