import { testPages } from '../guides/test-pages.js'

testPages('testing', ['testing.md'])
