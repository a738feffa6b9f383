import { nanoid } from 'nanoid'
import polka from 'polka'

const products = [
  { id: 'apple', name: 'Apple', cents: 40 },
  { id: 'bread', name: 'Bread', cents: 320 },
  { id: 'cheese', name: 'Cheese', cents: 590 },
]
const orders = new Map()

const send = (response, status, body) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(body)}\n`)
}

polka()
  .get('/health', (_request, response) => send(response, 200, { ok: true }))
  .get('/products', (_request, response) => send(response, 200, products))
  .post('/orders/:product', (request, response) => {
    const product = products.find((one) => one.id === request.params.product)
    if (!product) return send(response, 404, { error: `no product "${request.params.product}"` })
    const order = { id: nanoid(8), product: product.id, cents: product.cents }
    orders.set(order.id, order)
    return send(response, 201, order)
  })
  .get('/orders', (_request, response) => send(response, 200, [...orders.values()]))
  .listen(3000, () => console.log('shop listens on port 3000'))
