//! [`setters!`]: writes the methods that set the attributes of a seeded record.

/// Writes the setters of a description such as `NewUser`, one line for each attribute:
///
/// - `email(text);` accepts a string, `tags(texts);` several;
/// - `organization_id(into OrganizationId);` accepts anything that converts into the type,
///   `role(Role);` the type itself;
/// - `suspended();` accepts nothing, and sets the attribute to true.
///
/// Each name must be the attribute's name in the changes of the record, which the description
/// contains.
macro_rules! setters {
    ($new:ident $(<$owner:ident: $bound:path>)?: $($(#[$doc:meta])* $attribute:ident $argument:tt;)*) => {
        impl $(<$owner: $bound>)? $new $(<$owner>)? {
            $($crate::base::setters::setter! { $(#[$doc])* $attribute $argument })*
        }
    };
}

/// Writes one setter of [`setters!`]. `From` also turns a value into an attribute that null
/// empties.
macro_rules! setter {
    ($(#[$doc:meta])* $attribute:ident ()) => {
        $(#[$doc])*
        pub fn $attribute(mut self) -> Self {
            self.0.$attribute = Some(true);
            self
        }
    };
    ($(#[$doc:meta])* $attribute:ident (text)) => {
        $crate::base::setters::setter! { $(#[$doc])* $attribute (into String) }
    };
    ($(#[$doc:meta])* $attribute:ident (texts)) => {
        $(#[$doc])*
        pub fn $attribute<T: Into<String>>(
            mut self,
            $attribute: impl IntoIterator<Item = T>,
        ) -> Self {
            self.0.$attribute = Some($attribute.into_iter().map(Into::into).collect());
            self
        }
    };
    ($(#[$doc:meta])* $attribute:ident (into $type:ty)) => {
        $(#[$doc])*
        pub fn $attribute(mut self, $attribute: impl Into<$type>) -> Self {
            let value: $type = $attribute.into();
            self.0.$attribute = Some(From::from(value));
            self
        }
    };
    ($(#[$doc:meta])* $attribute:ident ($type:ty)) => {
        $(#[$doc])*
        pub fn $attribute(mut self, $attribute: $type) -> Self {
            self.0.$attribute = Some(From::from($attribute));
            self
        }
    };
}

pub(crate) use {setter, setters};
