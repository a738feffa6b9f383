import { expect } from 'vitest'
import { openDesk, story } from './desk.ts'

story('the page takes the token out of the address, connects, and says which engine answers', async () => {
  await using desk = await openDesk()
  const page = await desk.open()
  await page.getByText(/Docker .* · local/).waitFor()
  expect(page.url()).not.toContain('token')
  await page.reload()
  await page.getByText(/Docker .* · local/).waitFor()
  expect(desk.complaints).toEqual([])
})
