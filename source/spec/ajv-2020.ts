// Loaded when a schema is there. In the bundle a CommonJS package loses its named exports when imported dynamically,
// so it is imported statically here, and this file dynamically.
export {Ajv2020} from 'ajv/dist/2020.js';
