/** Nothing comes in; the version of this package goes out, as package.json has it (a test compares them). */
export const VERSION = "0.1.0";
