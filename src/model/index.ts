/** The door of model/: the declared model and the diagnostics every room speaks. */
export * from "./diagnostic.js";
export * from "./model.js";
