// The API document, browsable; "Authorize" takes the key that the other pages use.
window.SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, docExpansion: "list", validatorUrl: null });
