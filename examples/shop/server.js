import { createClient } from '@redis/client'
import { nanoid } from 'nanoid'
import pg from 'pg'
import polka from 'polka'

const database = new pg.Pool({ connectionString: process.env.DATABASE_URL })
const cache = createClient({ url: process.env.REDIS_URL })
// Both reconnect by themselves when their server was restarted.
database.on('error', (error) => console.error(`database: ${error.message}`))
cache.on('error', (error) => console.error(`cache: ${error.message}`))

const send = (response, status, body) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(body)}\n`)
}

const rows = async (text, values) => (await database.query(text, values)).rows

/** Answers with what `make` returns; a service that does not answer is the server's failure, not the visitor's. */
const answer = (make) => async (request, response) => {
  try {
    await make(request, response)
  } catch (error) {
    send(response, 503, { error: error.message })
  }
}

polka()
  .get(
    '/health',
    answer(async (_request, response) => {
      await Promise.all([database.query('SELECT 1'), cache.ping()])
      send(response, 200, { ok: true })
    }),
  )
  .get(
    '/products',
    answer(async (_request, response) => {
      const [{ count }] = await rows('SELECT count(*)::int AS count FROM products')
      const first = await rows('SELECT id, name, cents FROM products ORDER BY id LIMIT 3')
      const visits = await cache.incr('visits')
      send(response, 200, { count, first, visits })
    }),
  )
  .post(
    '/orders/:product',
    answer(async (request, response) => {
      const [product] = await rows('SELECT id, cents FROM products WHERE id = $1', [request.params.product])
      if (!product) return send(response, 404, { error: `no product "${request.params.product}"` })
      const order = { id: nanoid(8), product: product.id, cents: product.cents }
      await database.query('INSERT INTO orders VALUES ($1, $2, $3)', Object.values(order))
      send(response, 201, order)
    }),
  )
  .get(
    '/orders',
    answer(async (_request, response) => send(response, 200, await rows('SELECT * FROM orders ORDER BY id'))),
  )
  .listen(3000, () => console.log('shop listens on port 3000'))

await cache.connect()
