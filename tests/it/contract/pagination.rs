//! <https://developer.zendesk.com/api-reference/>
